"""The characters that come with the program."""

from vtuber_app.avatars.composer.character import Traits
from vtuber_app.avatars.composer.clothes import Sailor
from vtuber_app.avatars.composer.eyes import ROUND
from vtuber_app.avatars.composer.hairstyles import LONG
from vtuber_app.avatars.composer.palette import HairColour, IrisColour, rgb

SORA = Traits(
    name="Sora",
    seed=11,
    hair=HairColour(base=rgb("b9b4ea"), shade=rgb("8f86cf"), light=rgb("f3f0ff"), under=rgb("6a60ad"), tip=rgb("e6b6dc"), line=rgb("493f86")),
    style=LONG,
    eye=ROUND,
    iris=IrisColour(top=rgb("2c1f78"), middle=rgb("6a56d6"), bottom=rgb("b78cf2"), glow=rgb("ffc4ea"), rim=rgb("2a1a5e"), pupil=rgb("1a1048")),
    garment=Sailor(cloth=rgb("fbfaff"), collar=rgb("3c4a86"), tie=rgb("e0566e"), trim=rgb("ffffff")),
    lash=rgb("3a2c58"),
)

PRESETS = {traits.name.lower(): traits for traits in (SORA,)}
