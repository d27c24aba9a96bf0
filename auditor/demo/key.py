"""Nothing goes in; a fresh RSA key comes out, in the two forms that DKIM wants. It signs sample mail for a minute."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass, field

BITS = 1024  # the least that proves anything, and ten times quicker to find than 2048
_EXPONENT = 65537
_SMALL_PRIMES = tuple(n for n in range(3, 1000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))
_ROUNDS = 10  # of Miller and Rabin's test: a number that passes them by chance is rarer than a broken computer

_INTEGER, _BIT_STRING, _SEQUENCE = 0x02, 0x03, 0x30
_RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")  # the AlgorithmIdentifier of RFC 8017, appendix A.1


@dataclass(frozen=True, slots=True)
class Key:
    """`private` is PEM (RFC 8017, appendix A.1.2); `record` is the TXT record that publishes it (RFC 6376, 3.6.1)."""

    private: bytes = field(repr=False)
    record: bytes


def make_key() -> Key:
    """Takes about 0.1 s."""
    p, q = _prime(), _prime()
    while p == q:
        q = _prime()
    n, d = p * q, pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = (0, n, _EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    public = _RSA_ALGORITHM + _der(_BIT_STRING, b"\0" + _sequence(n, _EXPONENT))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----\n" % b64encode(_sequence(*numbers))
    return Key(pem, b"v=DKIM1; k=rsa; p=" + b64encode(_der(_SEQUENCE, public)))


def _prime() -> int:
    """Half as long as the key; the two highest bits are set, so that the product has its full length."""
    half = BITS // 2
    while True:
        number = secrets.randbits(half) | 3 << half - 2 | 1
        if number % _EXPONENT != 1 and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    if any(number % small == 0 for small in _SMALL_PRIMES):
        return False
    twos = (number - 1 & 1 - number).bit_length() - 1
    return all(_passes(number, twos) for _ in range(_ROUNDS))


def _passes(number: int, twos: int) -> bool:
    power = pow(secrets.randbelow(number - 3) + 2, number - 1 >> twos, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def _sequence(*numbers: int) -> bytes:
    return _der(_SEQUENCE, b"".join(_der(_INTEGER, _big_endian(number)) for number in numbers))


def _big_endian(number: int) -> bytes:
    """With room for the sign bit."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
