"""Customers with invented names, at marketplaces by their share."""

from __future__ import annotations

from random import Random

from .shapes import SHAPES, Customer

SHARES = {"walmart": 34, "amazon": 30, "ebay": 12, "etsy": 12, "newegg": 6, "bol": 6}
ONE_ALIAS = ("amazon", "ebay", "newegg")  # all that a customer writes to the seller comes from one address
FIRST = ("Ana", "Ben", "Cleo", "Dov", "Eli", "Fay", "Gus", "Hana", "Ira", "José", "Kim", "Lou", "Mia", "Zoë")
PARTS = ("bar", "den", "fal", "gor", "lin", "mon", "nel", "quo", "rim", "sor", "tav", "vel", "wex", "yar")
ITEMS = ("Desk lamp, black", "Oak shelf 80 cm", "Garden hose 25 m", "Tea pot, blue", "USB charger", "Wall clock")


def new_customer(rng: Random, marketplace: str = "", *, buying: bool = True) -> Customer:
    """Somebody at the marketplace, or at one drawn by its share; four parts make it unlikely that two share a name."""
    name = f"{rng.choice(FIRST)} {''.join(rng.choices(PARTS, k=4)).title()}"
    market = marketplace or rng.choices(tuple(SHARES), weights=tuple(SHARES.values()))[0]
    shape = SHAPES[market]
    address = shape.relay(rng) if buying else shape.question(rng)
    return Customer(market, name, address, shape.order(rng) if buying else "", rng.choice(ITEMS))
