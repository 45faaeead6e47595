//! GET /users/{id} with Axum and SQLx, for `make bench PEERS=1`: a pool of 20
//! without a ping before use, prepared statements, one thread a core.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    routing::get,
    Json, Router,
};
use serde::Serialize;
use sqlx::{postgres::PgPoolOptions, FromRow, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

#[derive(FromRow, Serialize)]
struct User {
    id: Uuid,
    email: String,
    name: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

async fn user(State(pool): State<PgPool>, Path(id): Path<Uuid>) -> Result<Json<User>, StatusCode> {
    sqlx::query_as("SELECT id, email, name, created_at FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(&pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = std::env::var("DATABASE_URL")?;
    let port: u16 = std::env::var("PORT")?.parse()?;

    let pool = PgPoolOptions::new()
        .max_connections(20)
        .test_before_acquire(false)
        .connect(&database)
        .await?;

    let app = Router::new()
        .route("/users/{id}", get(user))
        .with_state(pool);

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app).await?;

    Ok(())
}
