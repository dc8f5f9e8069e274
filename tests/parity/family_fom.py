"""Runs the cases of First Order Motion Model."""

import torch

from vtuber_app.nets import fom, fom_losses
from vtuber_app.nets.discriminator import MultiScaleDiscriminator
from vtuber_app.nets.keypoints import movement_scale
from vtuber_app.nets.perceptual import Vgg19, pyramid

from .animation import Outputs, Parameters, Weighted, built, channels_first, compare, named, tapped, transferred
from .case import Case, Check


def run(case: Case) -> list[Check]:
    """Compare one case."""
    weighted = Weighted(case)
    runs = {
        "kp_detector": detector,
        "dense_motion": dense_motion,
        "generator": generator,
        "end_to_end": end_to_end,
        "discriminator": discriminator,
        "losses": losses,
        "train_step": train_step,
    }
    name = case.name.partition("/")[2]
    runner = next(each for start, each in runs.items() if name.startswith(start))
    with torch.set_grad_enabled(runner is train_step):
        return compare(case, runner(weighted, case.manifest["hyper_parameters"]))


def detector(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("kp_detector", built(fom.KPDetector, parameters))
    with tapped(net, down="down", feature_map="predictor") as seen:
        heatmap, _ = net.heatmaps(case["source"])
        return {**seen, "heatmap": heatmap, **net(case["source"])._asdict()}


def dense_motion(case: Weighted, parameters: Parameters) -> Outputs:
    net = built(fom.DenseMotionNetwork, parameters | {"align_corners": case.corners})
    net = case.fill("generator.dense_motion_network", net)
    return moved(net(net.down(case["source"]), case.keypoints("kp_source"), case.keypoints("kp_driving")))


def moved(motion: fom.Motion) -> Outputs:
    grids = ("deformation", "sparse_motion")
    return motion._asdict() | {name: channels_first(getattr(motion, name)) for name in grids}


def generator(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("generator", built(fom.OcclusionAwareGenerator, parameters | {"align_corners": case.corners}))
    encoded = net.encode(case["source"])
    generated = net.animate(encoded, case.keypoints("kp_source"), case.keypoints("kp_driving"))
    motion = generated.motion
    return {
        **moved(motion),
        "encoded": encoded.features,
        "encoded_deformed": net.moved(encoded.features, motion),
        "deformed": net.moved(case["source"], motion),
        "prediction": generated.prediction,
    }


def end_to_end(case: Weighted, parameters: Parameters) -> Outputs:
    find = case.fill("kp_detector", built(fom.KPDetector, parameters["kp_detector"]))
    settings = parameters["generator"] | {"align_corners": case.corners}
    net = case.fill("generator", built(fom.OcclusionAwareGenerator, settings))
    source, driving, initial = (find(case[name]) for name in ("source", "driving", "driving_initial"))
    outputs = named("kp_source", source) | named("kp_driving", driving) | named("kp_driving_initial", initial)
    outputs["movement_scale"] = torch.tensor(movement_scale(source.value, initial.value))
    encoded = net.encode(case["source"])
    for mode, keypoints in transferred(source, driving, initial).items():
        generated = net.animate(encoded, source, keypoints)
        outputs |= named(f"{mode}.kp_norm", keypoints)
        outputs[f"{mode}.prediction"] = generated.prediction
        outputs[f"{mode}.occlusion_map"] = generated.motion.occlusion_map
    return outputs


def discriminator(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("discriminator", built(MultiScaleDiscriminator, parameters))
    maps, scores = net(case["source"], case["kp_driving.value"] if net.use_kp else torch.zeros(1, 10, 2))
    return {f"feature_map_{i}": each for i, each in enumerate(maps)} | {"prediction_map": scores}


class Trained:
    """All networks of a training, as vox-adv has them."""

    def __init__(self, case: Weighted) -> None:
        self.generator = case.fill("generator", built(fom.OcclusionAwareGenerator, {"align_corners": case.corners}))
        self.kp_detector = case.fill("kp_detector", built(fom.KPDetector, {}))
        self.discriminator = case.fill("discriminator", built(MultiScaleDiscriminator, {"use_kp": True}))
        self.vgg = case.fill("vgg19", built(Vgg19, {}))


def losses(case: Weighted, parameters: Parameters) -> Outputs:
    nets, warp, driving = Trained(case), case.warp(), case["driving"]
    found, generated, keypoints = fom_losses.generator_losses(
        nets.generator, nets.kp_detector, nets.discriminator, nets.vgg, case["source"], driving, warp
    )
    prediction = generated.prediction
    half, eighth = pyramid(prediction, (0.5, 0.125))
    frame = warp.picture(driving, case.corners)
    return {
        **found,
        **fom_losses.discriminator_losses(nets.discriminator, prediction, driving, keypoints.value),
        "transformed_frame": frame,
        **named("transformed_kp", nets.kp_detector(frame)),
        "prediction": prediction,
        "pyramid_0.5": half,
        "pyramid_0.125": eighth,
    }


def train_step(case: Weighted, parameters: Parameters) -> Outputs:
    nets = Trained(case)
    pair = case["source_batch"], case["driving_batch"]
    found, generated, _ = fom_losses.generator_losses(
        nets.generator, nets.kp_detector, nets.discriminator, nets.vgg, *pair, case.warp("_batch")
    )
    torch.stack(list(found.values())).sum().backward()
    norm = nets.generator.first.norm
    return {
        **found,
        "prediction": generated.prediction,
        "gradient_norms.generator": case.gradients("generator", nets.generator),
        "gradient_norms.kp_detector": case.gradients("kp_detector", nets.kp_detector),
        "running_mean.generator.first.norm": norm.running_mean,
        "running_var.generator.first.norm": norm.running_var,
    }
