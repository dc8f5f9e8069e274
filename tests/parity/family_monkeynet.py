"""Runs the cases of monkey-net: three of its published configurations."""

import torch
from torch import nn

from vtuber_app.nets import monkeynet, monkeynet_training
from vtuber_app.nets.keypoints import movement_scale
from vtuber_app.nets.monkeynet import Keypoints, remap

from .animation import Outputs, Parameters, Weighted, built, channels_first, compare, named, tapped
from .case import Case, Check

VOX = {"scale_factor": 0.25}
CONFIGURATIONS: dict[str, Parameters] = {
    "losses": {
        "kp_detector": VOX,
        "generator": {"num_blocks": 7, "interpolation_mode": "trilinear", "kp_embedding_params": VOX} | {"dense": VOX},
    },
    "nemo": {"kp_detector": {"max_features": 512}, "generator": {"max_features": 512, "dense": {"max_features": 512}}},
}
"""The hyper-parameters of those cases whose manifests leave them out."""


def run(case: Case) -> list[Check]:
    """Compare one case."""
    weighted = Weighted(case)
    runs = {
        "kp_detector": detector,
        "dense_motion": dense_motion,
        "generator": generator,
        "end_to_end": end_to_end,
        "end_to_end_modern_default": end_to_end,
        "discriminator": discriminator,
        "losses": losses,
        "train_step": losses,
        "prediction_rnn": prediction,
    }
    runner = runs[case.name.partition("/")[2].removeprefix("nemo_").removeprefix("mgif_")]
    with torch.set_grad_enabled("train_step" in case.name):
        return compare(case, runner(weighted, case.manifest["hyper_parameters"]))


def gaussians(case: Weighted, name: str) -> Keypoints:
    factor = case[f"{name}.var_factor"]
    return Keypoints(case[f"{name}.mean"], factor @ factor.mT + 0.01 * torch.eye(2, dtype=factor.dtype))


def of_frame(keypoints: Keypoints) -> Keypoints:
    """Those of a video of one frame."""
    return Keypoints(*(each[:, 0] for each in keypoints))


def motion_parameters(published: Parameters) -> Parameters:
    taken = ("block_expansion", "max_features", "num_blocks", "num_group_blocks", "scale_factor")
    embedding = published.get("mask_embedding_params", {})
    difference = {"use_difference": embedding["use_difference"]} if "use_difference" in embedding else {}
    return {name: published[name] for name in taken if name in published} | difference


def detector(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("kp_detector", built(monkeynet.KPDetector, parameters), remap)
    with tapped(net, logits="predictor") as seen:
        found, heatmap = net(case["source"]), net.heatmap(case["source"])
    frames = {"logits": seen["logits"][:, :, None], "heatmap": heatmap[:, :, None]}
    return frames | {name: value[:, None] for name, value in found._asdict().items()}


def dense_motion(case: Weighted, parameters: Parameters) -> Outputs:
    settings = motion_parameters(parameters) | {"align_corners": case.corners}
    net = case.fill("generator.dense_motion_module", built(monkeynet.DenseMotionModule, settings), remap)
    motion = net(case["source"], *(of_frame(gaussians(case, name)) for name in ("kp_source", "kp_driving")))
    return motion._asdict() | {
        "mask_embedding": motion.embedding,
        "deformation": channels_first(motion.deformation),
    }


def transfer(case: Weighted, parameters: Parameters) -> monkeynet.MotionTransferGenerator:
    dense = parameters.get("dense_motion_params") or parameters.get("dense", {})
    settings = parameters | {
        "dense_motion_params": motion_parameters(dense),
        "embedding_scale_factor": parameters.get("kp_embedding_params", {}).get("scale_factor", 1),
        "align_corners": case.corners,
    }
    return case.fill("generator", built(monkeynet.MotionTransferGenerator, settings), remap)


def generator(case: Weighted, parameters: Parameters) -> Outputs:
    keypoints = (of_frame(gaussians(case, name)) for name in ("kp_source", "kp_driving"))
    generated = transfer(case, parameters)(case["source"], *keypoints)
    return {
        "movement_embedding": generated.movement,
        "deformed_skip_2": generated.skips[2],
        "video_deformed": generated.deformed,
        "video_prediction": generated.prediction,
    }


def end_to_end(case: Weighted, parameters: Parameters) -> Outputs:
    find = case.fill("kp_detector", built(monkeynet.KPDetector, parameters["kp_detector"]), remap)
    net = transfer(case, parameters["generator"])
    source, initial, driving = (find(case[name]) for name in ("source", "driving_initial", "driving"))
    both = Keypoints(*(torch.cat(pair) for pair in zip(initial, driving, strict=True)))
    outputs = named("kp_source", source) | named("kp_driving", both)
    scale = movement_scale(source.mean, initial.mean)
    modes = {
        "absolute": driving,
        "relative": monkeynet.relative_keypoints(driving, initial, source),
        "relative_movement_mult": monkeynet.relative_keypoints(driving, initial, source, scale),
        "relative_adapt_variance": monkeynet.relative_keypoints(driving, initial, source, adapt_variance=True),
    }
    encoded = net.encode(case["source"])
    for mode, keypoints in modes.items():
        generated = net.animate(encoded, source, keypoints)
        outputs |= {f"{mode}.kp_norm.{name}": value[0] for name, value in keypoints._asdict().items()}
        outputs[f"{mode}.video_prediction"] = generated.prediction
        outputs[f"{mode}.video_deformed"] = generated.deformed
    return outputs


def discriminator(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("discriminator", built(monkeynet_training.discriminator, parameters), remap)
    maps, scores = monkeynet_training.scored(net, case["source"], of_frame(gaussians(case, "kp_driving")))
    return {f"map_{i}": each for i, each in enumerate([*maps, scores])}


def losses(case: Weighted, parameters: Parameters) -> Outputs:
    """Also of the training step, whose gradients are recorded."""
    configuration = CONFIGURATIONS["nemo" if "nemo" in case.case.name else "losses"]
    find = case.fill("kp_detector", built(monkeynet.KPDetector, configuration["kp_detector"]), remap)
    net = transfer(case, configuration["generator"])
    judge = case.fill("discriminator", built(monkeynet_training.discriminator, {}), remap)
    step = "train_step" in case.case.name
    source, driving = (case[name + "_batch" * step] for name in ("source", "driving"))
    weights = monkeynet_training.Weights(**parameters["loss_weights"])
    found, generated, keypoints = monkeynet_training.generator_losses(net, find, judge, source, driving, weights)
    outputs = found | {"video_prediction": generated.prediction}
    outputs |= monkeynet_training.discriminator_losses(judge, generated.prediction, driving, keypoints, weights)
    if step:
        torch.stack(list(found.values())).sum().backward()
        trained: dict[str, nn.Module] = {"generator": net, "kp_detector": find}
        outputs |= {f"gradient_norms.{name}": case.gradients(name, module) for name, module in trained.items()}
    return outputs


def prediction(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("prediction", built(monkeynet_training.PredictionModule, parameters))
    return net(gaussians(case, "kp"))._asdict()
