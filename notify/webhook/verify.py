import hashlib, hmac, time

def verified(secret: bytes, header: str, body: bytes, within: float = 300) -> bool:
    """header is X-Keizoku-Signature, body the request's as it came, before any parsing."""
    parts = dict(p.split("=", 1) for p in header.split(","))
    if abs(time.time() - int(parts["t"])) > within:
        return False
    want = hmac.new(secret, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(want, parts["v1"])
