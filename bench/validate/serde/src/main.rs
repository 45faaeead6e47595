//! serde with validator over the same body: text to checked structs, as an
//! Axum handler does it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use validator::Validate;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    New,
    Paid,
    Sent,
    Done,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Address {
    #[validate(length(max = 200))]
    street: String,
    #[validate(length(max = 100))]
    city: String,
    #[validate(length(max = 10))]
    zip: Option<String>,
    #[validate(length(equal = 2))]
    country: String,
}

// a list's length is told with its value, so that its items are written, too
#[derive(Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
struct Item {
    #[validate(length(min = 3, max = 20))]
    sku: String,
    #[validate(range(min = 1))]
    quantity: i64,
    #[validate(range(exclusive_min = 0.0))]
    price: f64,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Order {
    id: uuid::Uuid,
    #[validate(email, length(max = 254))]
    email: String,
    #[validate(length(min = 1, max = 100))]
    name: String,
    created: chrono::DateTime<chrono::Utc>,
    status: Option<Status>,
    vip: Option<bool>,
    #[validate(range(min = 18, max = 150))]
    age: Option<i64>,
    #[validate(range(min = 0.0, max = 1.0))]
    discount: Option<f64>,
    #[validate(length(max = 1000))]
    note: Option<String>,
    #[validate(length(max = 10))]
    tags: Option<Vec<String>>,
    #[validate(nested)]
    address: Address,
    #[validate(nested, length(min = 1, max = 50))]
    items: Vec<Item>,
}

fn check(text: &[u8]) -> Order {
    let order: Order = serde_json::from_slice(text).expect("the body parses");
    order.validate().expect("the body is valid");
    order
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = std::fs::read(&arguments[1]).expect("the body is there");
    let time = Duration::from_secs_f64(arguments[2].parse().expect("seconds"));

    let start = Instant::now();
    let mut rounds = 0u128;

    while start.elapsed() < time {
        for _ in 0..1000 {
            std::hint::black_box(check(std::hint::black_box(&text)));
        }
        rounds += 1000;
    }

    println!("{}", start.elapsed().as_nanos() / rounds);
}
