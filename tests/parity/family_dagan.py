"""Runs the cases of DaGAN, with both of its generators."""

import torch

from vtuber_app.nets import dagan, dagan_losses, depth, fom, fom_losses
from vtuber_app.nets.discriminator import MultiScaleDiscriminator
from vtuber_app.nets.keypoints import Keypoints, movement_scale
from vtuber_app.nets.perceptual import Vgg19

from .animation import Outputs, Parameters, Weighted, built, channels_first, compare, named, tapped, transferred
from .case import Case, Check


def run(case: Case) -> list[Check]:
    """Compare one case."""
    runs = {
        "depth": depths,
        "kp_detector": detector,
        "dense_motion": dense_motion,
        "generator": generator,
        "end_to_end": end_to_end,
        "discriminator": discriminator,
        "losses": losses,
    }
    name = case.name.partition("/")[2]
    runner = next(each for start, each in runs.items() if name.startswith(start))
    with torch.inference_mode():
        return compare(case, runner(Weighted(case), case.manifest["hyper_parameters"]))


def seeing(case: Weighted, num_layers: int = 18) -> depth.Depth:
    net = built(depth.Depth, {"num_layers": num_layers})
    case.fill("depth_encoder", net.encoder)
    case.fill("depth_decoder", net.decoder)
    return net.eval()


def find(case: Weighted) -> fom.KPDetector:
    return case.fill("kp_detector", built(fom.KPDetector, {"num_channels": 4, "num_kp": 15}))


def depths(case: Weighted, parameters: Parameters) -> Outputs:
    net = seeing(case, parameters["num_layers"])
    features = net.encoder(case["source"])
    outputs = {f"feature_{i}": each for i, each in enumerate(features)}
    return outputs | {f"disp_{i}": each for i, each in enumerate(net.decoder.scales(features))}


def detector(case: Weighted, parameters: Parameters) -> Outputs:
    net, seen = find(case), dagan.with_depth(case["source"], case["source_depth"])
    with tapped(net, down="down") as inside:
        return {"heatmap": net.heatmaps(seen)[0], **net(seen)._asdict(), **inside}


def dense_motion(case: Weighted, parameters: Parameters) -> Outputs:
    net = built(fom.DenseMotionNetwork, parameters | {"align_corners": case.corners})
    net = case.fill("generator.dense_motion_network", net)
    motion = net(net.down(case["source"]), case.keypoints("kp_source"), case.keypoints("kp_driving"))
    return motion._asdict() | {"deformation": channels_first(motion.deformation)}


Generator = dagan.DepthAwareGenerator | dagan.SPADEDepthAwareGenerator


def made(case: Weighted) -> Generator:
    """The generator of that case."""
    kind = dagan.SPADEDepthAwareGenerator if "spade" in case.case.name else dagan.DepthAwareGenerator
    with torch.device("meta"):
        net = kind(align_corners=case.corners)
    return case.fill("generator", net)


def generated(net: Generator, encoded: dagan.DepthEncoded, source: Keypoints, driving: Keypoints) -> Outputs:
    """The frame, and what its decoder gave before the last sigmoid."""
    with tapped(net, **{"prediction_logits": "decoder.conv_img"} if hasattr(net, "decoder") else {}) as inside:
        frame = net.animate(encoded, source, driving)
    return {"prediction": frame.prediction, **frame.motion._asdict(), **inside}


def generator(case: Weighted, parameters: Parameters) -> Outputs:
    net = made(case)
    encoded = net.encode_with_depth(case["source"], case["source_depth"])
    source, driving = case.keypoints("kp_source"), case.keypoints("kp_driving")
    motion = net.dense_motion_network(encoded.source.small, source, driving)
    return {
        **generated(net, encoded, source, driving),
        "depth_feature": encoded.depth,
        "attention": net.AttnModule.attention(encoded.depth, net.usable(encoded, motion)),
        "deformed": net.moved(case["source"], motion),
    }


def end_to_end(case: Weighted, parameters: Parameters) -> Outputs:
    net, detect, see = made(case), find(case), seeing(case)
    pictures = {name: case[name] for name in ("source", "driving", "driving_initial")}
    seen = {name: see(picture) for name, picture in pictures.items()}
    source, driving, initial = (detect(dagan.with_depth(pictures[name], seen[name])) for name in pictures)
    outputs = {f"depth.{name}": each for name, each in seen.items()}
    outputs |= named("kp_source", source) | named("kp_driving", driving)
    outputs["movement_scale"] = torch.tensor(movement_scale(source.value, initial.value))
    encoded = net.encode_with_depth(pictures["source"], seen["source"])
    for mode, keypoints in transferred(source, driving, initial).items():
        frame = generated(net, encoded, source, keypoints)
        outputs |= named(f"{mode}.kp_norm", keypoints) | {f"{mode}.{name}": each for name, each in frame.items()}
    return outputs


def discriminator(case: Weighted, parameters: Parameters) -> Outputs:
    net = case.fill("discriminator", built(MultiScaleDiscriminator, parameters))
    maps, scores = net(case["source"], case["kp_driving.value"])
    return {f"feature_map_{i}": each for i, each in enumerate(maps)} | {"prediction_map": scores}


def losses(case: Weighted, parameters: Parameters) -> Outputs:
    net, detect, see = made(case), find(case), seeing(case)
    judge = case.fill("discriminator", built(MultiScaleDiscriminator, {"num_kp": 15, "use_kp": True}))
    vgg = case.fill("vgg19", built(Vgg19, {}))
    driving, warp = case["driving"], case.warp()
    found, frame, keypoints = dagan_losses.generator_losses(net, detect, see, judge, vgg, case["source"], driving, warp)
    warped = warp.picture(driving, case.corners)
    return {
        **found,
        **fom_losses.discriminator_losses(judge, frame.prediction, driving, keypoints.value),
        "transformed_frame": warped,
        **named("transformed_kp", detect(dagan.with_depth(warped, see(warped)))),
        "prediction": frame.prediction,
    }
