"""What is seen and heard in a scene of OBS."""

from vtuber_app.tools.obs.protocol import Obs


def sources(obs: Obs, scene: str) -> set[str]:
    """Names of the sources in a scene, those in its groups and in scenes that it shows included."""
    found: set[str] = set()
    left = [("GetSceneItemList", scene)]
    seen = set(left)
    while left:
        request, name = left.pop()
        for item in obs.ask(request, sceneName=name)["sceneItems"]:
            source = str(item["sourceName"])
            found.add(source)
            deeper = None
            if item.get("isGroup"):
                deeper = ("GetGroupSceneItemList", source)
            elif item.get("sourceType") == "OBS_SOURCE_TYPE_SCENE":
                deeper = ("GetSceneItemList", source)
            if deeper and deeper not in seen:
                seen.add(deeper)
                left.append(deeper)
    return found
