"""pydantic over the same body: text to checked objects."""

import sys
import time
from datetime import datetime
from typing import Annotated, Literal, Optional
from uuid import UUID

from pydantic import BaseModel, ConfigDict, EmailStr, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Address(Strict):
    street: Annotated[str, Field(max_length=200)]
    city: Annotated[str, Field(max_length=100)]
    zip: Optional[Annotated[str, Field(max_length=10)]] = None
    country: Annotated[str, Field(min_length=2, max_length=2)]


class Item(Strict):
    sku: Annotated[str, Field(min_length=3, max_length=20)]
    quantity: Annotated[int, Field(ge=1)]
    price: Annotated[float, Field(gt=0)]


class Order(Strict):
    id: UUID
    email: EmailStr
    name: Annotated[str, Field(min_length=1, max_length=100)]
    created: datetime
    status: Optional[Literal["new", "paid", "sent", "done"]] = None
    vip: Optional[bool] = None
    age: Optional[Annotated[int, Field(ge=18, le=150)]] = None
    discount: Optional[Annotated[float, Field(ge=0, le=1)]] = None
    note: Optional[Annotated[str, Field(max_length=1000)]] = None
    tags: Annotated[list[str], Field(max_length=10)] = []
    address: Address
    items: Annotated[list[Item], Field(min_length=1, max_length=50)]


with open(sys.argv[1], "rb") as file:
    text = file.read()

Order.model_validate_json(text)

start = now = time.perf_counter()
rounds = 0

while now < start + float(sys.argv[2]):
    for _ in range(100):
        Order.model_validate_json(text)
    rounds += 100
    now = time.perf_counter()

print(round((now - start) * 1e9 / rounds))
