"""What the phone app iFacialMocap is asked: for who hears it, and who stands in for it.

Source: https://www.ifacialmocap.com/for-developer.
"""

PORT = 49983
"""UDP, where the app is asked and where it answers to, whatever port it was asked from."""
HELLO = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"
VERSION_2 = b"|sendDataVersion=v2"
"""Stands behind the hello for names that are joined to their values by `&`."""
