"""FaceState in, FaceState or pose vector out; pure."""
