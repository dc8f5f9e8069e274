"""Runs the cases of face-vid2vid, with both of its generators."""

import torch
from torch import Tensor, nn

from vtuber_app.nets import facevid2vid, facevid2vid_losses, facevid2vid_pose
from vtuber_app.nets.discriminator import Mode, MultiScaleDiscriminator
from vtuber_app.nets.facevid2vid_pose import posed, rotation
from vtuber_app.nets.keypoints import movement_scale, relative_motion
from vtuber_app.nets.perceptual import Vgg19

from .animation import Outputs, Parameters, Weighted, built, channels_first, compare, tapped
from .case import Case, Check

FREE_VIEW = (20.0, -10.0, 5.0)
"""Yaw, pitch and roll that were asked for, degrees."""


def run(case: Case) -> list[Check]:
    """Compare one case."""
    runs = {
        "kp_detector": detector,
        "he_estimator": estimator,
        "dense_motion": dense_motion,
        "generator": generator,
        "end_to_end": end_to_end,
        "discriminator": discriminator,
        "losses": losses,
    }
    name = case.name.partition("/")[2].removesuffix("_spade")
    with torch.inference_mode():
        return compare(case, runs[name](Weighted(case), case.manifest["hyper_parameters"]))


def find(case: Weighted) -> facevid2vid_pose.KPDetector:
    return case.fill("kp_detector", built(facevid2vid_pose.KPDetector, {}))


def pose(case: Weighted) -> facevid2vid_pose.HEEstimator:
    return case.fill("he_estimator", built(facevid2vid_pose.HEEstimator, {}))


def made(case: Weighted) -> facevid2vid.VolumeMover:
    spade = case.case.name.endswith("_spade")
    kind = facevid2vid.OcclusionAwareSPADEGenerator if spade else facevid2vid.OcclusionAwareGenerator
    return case.fill("generator", built(kind, {}))


def detector(case: Weighted, parameters: Parameters) -> Outputs:
    return {"value": find(case)(case["source"])}


def estimator(case: Weighted, parameters: Parameters) -> Outputs:
    net = pose(case)
    yaw, pitch, roll = net.bins(net.pooled(case["source"]))
    head = net(case["source"])
    return {"yaw": yaw, "pitch": pitch, "roll": roll, "t": head.translation, "exp": head.expression.flatten(1)}


def moved(motion: facevid2vid.Motion) -> Outputs:
    return motion._asdict() | {"deformation": channels_first(motion.deformation)}


def dense_motion(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("generator.dense_motion_network", built(facevid2vid.DenseMotionNetwork, {}))
    flat = case["feature_3d"]
    compressed = net.compressed(flat.view(len(flat), 32, 16, *flat.shape[2:]))
    return moved(net(compressed, case["kp_source.value3d"], case["kp_driving.value3d"]))


def animated(net: facevid2vid.VolumeMover, encoded: facevid2vid.Encoded, source: Tensor, driving: Tensor) -> Outputs:
    """The frame, and what its decoder gave before the last sigmoid."""
    with tapped(net, **{"prediction_logits": "decoder.conv_img"} if hasattr(net, "decoder") else {}) as inside:
        generated = net.animate(encoded, source, driving)
    return {"prediction": generated.prediction, **moved(generated.motion), **inside}


def generator(case: Weighted, parameters: Parameters) -> Outputs:
    net = made(case)
    encoded = net.encode(case["source"])
    return {
        **animated(net, encoded, case["kp_source.value3d"], case["kp_driving.value3d"]),
        "feature_2d": net.flat(case["source"]),
        "feature_3d": encoded.volume,
    }


def end_to_end(case: Weighted, parameters: Parameters) -> Outputs:
    net, look = made(case), pose(case)
    canonical = find(case)(case["source"])
    heads = {name: look(case[name]) for name in ("source", "driving", "driving_initial")}
    source, driving, initial = (posed(canonical, head) for head in heads.values())
    scale = movement_scale(source, initial)
    modes = {
        "absolute": driving,
        "relative": relative_motion(driving, initial, source),
        "relative_adapt_scale": relative_motion(driving, initial, source, scale),
        "free_view": posed(canonical, heads["driving"]._replace(angles=torch.tensor([FREE_VIEW]))),
    }
    outputs = {
        "kp_canonical": canonical,
        "pose_degrees": torch.stack([head.angles for head in heads.values()], dim=1),
        "rotation.source": rotation(heads["source"].angles),
        "kp_source": source,
        "kp_driving": driving,
        "movement_scale": torch.tensor(scale),
        "free_view.kp_driving": modes["free_view"],
    }
    encoded = net.encode(case["source"])
    for mode, keypoints in modes.items():
        frame = animated(net, encoded, source, keypoints)
        outputs |= {f"{mode}.kp_norm": keypoints} | {f"{mode}.{name}": each for name, each in frame.items()}
    return outputs


def discriminator(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("discriminator", built(MultiScaleDiscriminator, {"sn": True}))
    maps, scores = net(case["source"], torch.zeros(1, 1, 2))
    return {f"feature_map_{i}": each for i, each in enumerate(maps)} | {"prediction_map": scores}


def losses(case: Weighted, parameters: Parameters) -> Outputs:
    judge = case.fill("discriminator", built(MultiScaleDiscriminator, {"sn": True}))
    nets = facevid2vid_losses.Networks(made(case), find(case), pose(case), judge)
    teachers: list[nn.Module] = [
        case.fill("vgg19", built(Vgg19, {})),
        case.fill("hopenet", built(facevid2vid_pose.Hopenet, {})),
    ]
    source, driving, warp = case["source"], case["driving"], case.warp()
    outputs: Outputs = {}
    modes: dict[str, Mode] = {"hinge": "hinge", "ls": "least squares"}
    for name, mode in modes.items():
        found, generated = facevid2vid_losses.generator_losses(nets, *teachers, source, driving, warp, mode=mode)
        told = facevid2vid_losses.discriminator_losses(judge, generated.prediction, driving, mode)
        outputs |= found | {f"gen_gan_{name}": found["gen_gan"], f"disc_gan_{name}": told["disc_gan"]}
    frame = warp.picture(driving, case.corners)
    return outputs | {
        "hopenet_degrees": teachers[1](driving),
        "transformed_frame": frame,
        "transformed_kp": posed(nets.kp_detector(source), nets.he_estimator(frame)),
        "prediction": generated.prediction,
    }
