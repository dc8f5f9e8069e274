"""Runs the cases of Thin-Plate Spline Motion Model."""

import torch
from torch import Tensor

from vtuber_app.nets import tpsmm, tpsmm_losses
from vtuber_app.nets.keypoints import movement_scale, relative_motion
from vtuber_app.nets.perceptual import Vgg19

from .animation import Outputs, Parameters, Weighted, built, channels_first, compare, tapped
from .case import Case, Check


def run(case: Case) -> list[Check]:
    """Compare one case."""
    runs = {
        "kp_detector": detector,
        "bg_predictor": background,
        "dense_motion": dense_motion,
        "inpainting": inpainting,
        "avd_network": avd,
        "end_to_end": end_to_end,
        "losses": losses,
        "train_step": losses,
    }
    weighted, name = Weighted(case), case.name.partition("/")[2]
    with torch.set_grad_enabled(name == "train_step"):
        return compare(case, runs[name](weighted, case.manifest["hyper_parameters"]))


def find(case: Weighted) -> tpsmm.KPDetector:
    return case.fill("kp_detector", built(tpsmm.KPDetector, {}))


def dense(case: Weighted) -> tpsmm.DenseMotionNetwork:
    return case.fill("dense_motion_network", built(tpsmm.DenseMotionNetwork, {}))


def paint(case: Weighted) -> tpsmm.InpaintingNetwork:
    return case.fill("inpainting_network", built(tpsmm.InpaintingNetwork, {}))


def predict(case: Weighted) -> tpsmm.BGMotionPredictor:
    return case.fill("bg_predictor", built(tpsmm.BGMotionPredictor, {}))


def diffuse(case: Weighted) -> tpsmm.AVDNetwork:
    return case.fill("avd_network", built(tpsmm.AVDNetwork, {}))


def detector(case: Weighted, parameters: Parameters) -> Outputs:
    return {"fg_kp": find(case)(case["source"])}


def background(case: Weighted, parameters: Parameters) -> Outputs:
    return {"bg_param": predict(case)(case["source"], case["driving"])}


def avd(case: Weighted, parameters: Parameters) -> Outputs:
    return {"fg_kp": diffuse(case)(case["kp_source.fg_kp"], case["kp_driving.fg_kp"])}


def keypoints(case: Weighted) -> tuple[Tensor, Tensor]:
    source = case["kp_source.fg_kp"]
    return source, source + case["kp_driving.fg_kp_minus_source"]


def dense_motion(case: Weighted, parameters: Parameters) -> Outputs:
    net = dense(case)
    with tapped(net, down="down") as seen:
        small = net.down(case["source"])
    motion = net(small, *keypoints(case))
    turned = torch.eye(3)[None] + torch.nn.functional.pad(case["bg_param_minus_identity"], (0, 0, 0, 1))
    with_background = net(small, *keypoints(case), turned)
    return {
        **seen,
        "heatmap_representation": motion.heatmap_representation,
        "contribution_maps": motion.contribution_maps,
        "deformed_source": motion.deformed_source,
        **{f"occlusion_map_{i}": each for i, each in enumerate(motion.occlusion_maps)},
        "transformations": channels_first(motion.transformations),
        "deformation": channels_first(motion.deformation),
        "with_bg.transformation_0": channels_first(with_background.transformations[:, 0]),
        "with_bg.deformation": channels_first(with_background.deformation),
    }


def inpainting(case: Weighted, parameters: Parameters) -> Outputs:
    net, motions = paint(case), dense(case)
    motion = motions(motions.down(case["source"]), *keypoints(case))
    features, goals = net.encode(case["source"]), net.encode(case["driving"])
    masks = motion.occlusion_maps
    outputs = {
        "prediction": net(case["source"], features, motion),
        "deformed": tpsmm.through(case["source"], motion),
    }
    for i, (x, mask) in enumerate(zip(reversed(features), masks, strict=True)):
        outputs[f"warped_encoder_map_{i}"] = tpsmm.faded(tpsmm.through(x, motion), mask)
    for i, (x, mask) in enumerate(zip(goals, reversed(masks), strict=True)):
        outputs[f"driving_encode_{i}"] = tpsmm.faded(x, mask)
    return outputs


def end_to_end(case: Weighted, parameters: Parameters) -> Outputs:
    net, motions, detect = paint(case), dense(case), find(case)
    image = case["source"]
    small, features = motions.down(image), net.encode(image)
    source, driving, initial = (detect(case[name]) for name in ("source", "driving", "driving_initial"))
    scale = movement_scale(source, initial)
    modes = {
        "standard": (driving, None),
        "relative": (relative_motion(driving, initial, source, scale), None),
        "avd": (diffuse(case)(source, driving), None),
        "reconstruction": (driving, predict(case)(image, case["driving"])),
    }
    outputs = {"kp_source": source, "kp_driving": driving, "kp_driving_initial": initial}
    for mode, (moved, turned) in modes.items():
        motion = motions(small, source, moved, turned)
        outputs[f"{mode}.prediction"] = net(image, features, motion)
        outputs[f"{mode}.deformation"] = channels_first(motion.deformation)
        outputs[f"{mode}.kp_norm"] = moved
    return outputs


def losses(case: Weighted, parameters: Parameters) -> Outputs:
    """Also of the training step, whose gradients are recorded."""
    nets = tpsmm_losses.Networks(find(case), dense(case), paint(case), predict(case))
    vgg = case.fill("vgg19", built(Vgg19, {}))
    step = case.case.name.endswith("train_step")
    batch = "_batch" * step
    source, driving, warp = case[f"source{batch}"], case[f"driving{batch}"], case.warp(batch, euclidean=True)
    found, generated = tpsmm_losses.generator_losses(nets, vgg, source, driving, warp)
    outputs = found | {"prediction": generated}
    if step:
        torch.stack(list(found.values())).sum().backward()
        return outputs | {f"gradient_norms.{name}": case.gradients(name, net) for name, net in nets._asdict().items()}
    frame = warp.picture(driving, align_corners=True)
    return outputs | {"transformed_frame": frame, "transformed_kp": nets.kp_detector(frame)}
