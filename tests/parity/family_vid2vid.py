"""Runs the cases of vid2vid, edges to face."""

from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtuber_app.nets import face_edges, vid2vid, vid2vid_losses
from vtuber_app.nets.perceptual import Vgg19
from vtuber_app.nets.vid2vid_losses import MultiscaleDiscriminator

from .animation import Outputs, Parameters, Weighted, built, compare, named
from .case import Case, Check


def run(case: Case) -> list[Check]:
    """Compare one case."""
    runs = {
        "generator_512": generator,
        "generator_256_g1": generator,
        "generator_512_g1_two_scales": two_scales,
        "single_generator": single,
        "single_encoder": encoder,
        "sequence": sequence,
        "discriminator": discriminator,
        "discriminator_temporal": discriminator,
        "losses": losses,
    }
    name = case.name.partition("/")[2]
    if name == "face_edges":
        return edges(case)
    with torch.inference_mode():
        return compare(case, runs[name](Weighted(case), case.manifest["hyper_parameters"]))


def in_a_row(frames: Tensor) -> Tensor:
    """Frames (T, C, H, W) as channels of one."""
    return frames.flatten(0, 1)[None]


def generator(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("G0", built(vid2vid.CompositeGenerator, parameters))
    return net(in_a_row(case["labels"]), in_a_row(case["previous"]))._asdict()


def two_scales(case: Weighted, parameters: Parameters) -> Outputs:
    nets = [
        case.fill("G0", built(vid2vid.CompositeGenerator, {"ngf": 64})),
        case.fill("G1", built(vid2vid.CompositeLocalGenerator, {})),
    ]
    coarse, fine = vid2vid.drawn_by(nets, in_a_row(case["labels"]), in_a_row(case["previous"]))
    return named("coarse", coarse) | named("fine", fine)


def single(case: Weighted, parameters: Parameters) -> Outputs:
    return {"image": case.fill("single_G", built(vid2vid.GlobalWithZ, {}))(case["labels"], case["features"])}


def encoder(case: Weighted, parameters: Parameters) -> Outputs:
    parts = case["parts"].floor()
    return {"features": case.fill("single_E", built(vid2vid.Encoder, {}))(case["image"], parts), "parts": parts}


def sequence(case: Weighted, parameters: Parameters) -> Outputs:
    nets = [case.fill("G0", built(vid2vid.CompositeGenerator, {"ngf": 64}))]
    alone = case.fill("single_G", built(vid2vid.GlobalWithZ, {}))
    labels, first = case["labels"].split(1), case["first_frames"].split(1)
    outputs = {f"frame_{i}": frame for i, frame in enumerate(vid2vid.sequence(nets, labels, first), start=2)}
    drawn = [alone(each, case["features"]) for each in labels[:2]]
    outputs |= {f"single_G.frame_{i}": frame for i, frame in enumerate(drawn)}
    return outputs | {"single_G.frame_2": next(vid2vid.sequence(nets, labels, drawn))}


def edges(case: Case) -> list[Check]:
    """Lines may be a pixel off: the published ones truncate what an iterative fit gives, whose last digits vary."""
    points, size = np.array(case.manifest["hyper_parameters"]["landmarks"]), case.manifest["hyper_parameters"]["size"]
    edge_map, *distances = face_edges.label_planes(points, *size)
    exact = {
        "part_labels": face_edges.part_labels(points, *size)[None],
        "keypoints_83": face_edges.with_forehead(points),
        "crop": np.array(face_edges.crop(points, *size)),
    }
    with np.load(case.folder / "expected.npz") as recorded:
        checks = [Check(name, np.abs(ours - recorded[f"{name}/kept"]).max(), 0) for name, ours in exact.items()]
        wanted, stride = recorded["edges/kept"][0], recorded["distance_maps/stride"]
        away = np.stack(distances)[:, ::stride, ::stride] - recorded["distance_maps/kept"]
    beside = max(off(edge_map, wanted), off(wanted, edge_map))
    differing = np.mean((edge_map != wanted)[wanted > 0])
    return [
        *checks,
        Check("edges, px", beside, 1),
        Check("edges, share of pixels", differing, 0.02),
        Check("distance_maps, of 255", np.abs(away).max(), 1),
    ]


def off(one: NDArray[Any], other: NDArray[Any]) -> float:
    """How far from the second the farthest pixel of the first is, px across or down."""
    away = cv2.distanceTransform(np.where(other > 0, 0, 1).astype(np.uint8), cv2.DIST_C, 3)
    return float(away[one > 0].max())


def discriminator(case: Weighted, parameters: Parameters) -> Outputs:
    temporal = case.case.name.endswith("temporal")
    net = case.fill("D_T0" if temporal else "D", built(MultiscaleDiscriminator, parameters))
    seen = ("frames", "flows") if temporal else ("labels", "image")
    sizes = net(torch.cat([case[name] for name in seen], dim=1))
    return {f"scale_{i}.layer_{j}": each for i, maps in enumerate(sizes) for j, each in enumerate(maps)}


def losses(case: Weighted, parameters: Parameters) -> Outputs:
    judge = case.fill("D", built(MultiscaleDiscriminator, {"input_nc": 18}))
    row_judge = case.fill("D_T0", built(MultiscaleDiscriminator, {"input_nc": 13}))
    vgg = case.fill("vgg19", built(Vgg19, {}))
    weights = vid2vid_losses.Weights()
    real = torch.cat([case["labels"], case["real"]], dim=1)
    outputs: Outputs = {}
    for name in ("fake", "fake_raw"):
        told = vid2vid_losses.judged(judge, torch.cat([case["labels"], case[name]], dim=1), real, weights)
        told["G_VGG"] = vid2vid_losses.perceived(vgg, case[name], case["real"], weights)
        outputs = {loss: outputs.get(loss, 0) + value for loss, value in told.items()}
    rows = [vid2vid_losses.with_flows(case[name], case["flow_seq"]) for name in ("fake_seq", "real_seq")]
    outputs |= vid2vid_losses.judged(row_judge, *rows, weights, name="T_")
    frames = (case[name] for name in ("fake", "real", "fake_prev", "real_prev"))
    outputs |= vid2vid_losses.flow_losses(case["flow"], case["flow_ref"], (case["conf"] > 0.5).float(), *frames)
    return outputs | {"real_warped": vid2vid.resampled(case["real_prev"], case["flow"])}
