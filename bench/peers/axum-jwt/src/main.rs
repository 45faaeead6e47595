//! GET /first/ALG wants a token and answers its sub, GET /first/open wants none;
//! for bench/auth/served.  Keys are read once, from the directory KEYS: a secret
//! in HS256, public keys in ALG.pem.

use std::{fs, path::Path, sync::Arc};

use axum::{
    extract::State,
    http::{header, HeaderMap, StatusCode},
    routing::get,
    Json, Router,
};
use jsonwebtoken::{decode, errors::Result, Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

#[derive(Serialize)]
struct Me {
    sub: String,
}

struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    fn new(algorithm: Algorithm, key: Result<DecodingKey>) -> Result<Arc<Self>> {
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&["api"]);
        validation.set_issuer(&["https://id.example.com"]);
        validation.validate_nbf = true;
        let key = key?;

        Ok(Arc::new(Self { key, validation }))
    }
}

async fn first(
    State(verifier): State<Arc<Verifier>>,
    headers: HeaderMap,
) -> std::result::Result<Json<Me>, StatusCode> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(StatusCode::UNAUTHORIZED)?;

    let data = decode::<Claims>(token, &verifier.key, &verifier.validation)
        .map_err(|_| StatusCode::UNAUTHORIZED)?;

    Ok(Json(Me { sub: data.claims.sub }))
}

async fn open() -> Json<Me> {
    Json(Me { sub: "5f0c7a1e-8a55-4c2b-9a7e-0c64b2f6f0d1".into() })
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let keys = std::env::var("KEYS")?;
    let port: u16 = std::env::var("PORT")?.parse()?;
    let read = |name: &str| fs::read(Path::new(&keys).join(name));

    let rsa = DecodingKey::from_rsa_pem(&read("RS256.pem")?);
    let pss = DecodingKey::from_rsa_pem(&read("PS256.pem")?);
    let ec = DecodingKey::from_ec_pem(&read("ES256.pem")?);
    let ed = DecodingKey::from_ed_pem(&read("EdDSA.pem")?);
    let secret = DecodingKey::from_secret(&read("HS256")?);

    let mut app = Router::new().route("/first/open", get(open));

    for (path, verifier) in [
        ("/first/HS256", Verifier::new(Algorithm::HS256, secret)?),
        ("/first/RS256", Verifier::new(Algorithm::RS256, rsa)?),
        ("/first/PS256", Verifier::new(Algorithm::PS256, pss)?),
        ("/first/ES256", Verifier::new(Algorithm::ES256, ec)?),
        ("/first/EdDSA", Verifier::new(Algorithm::EdDSA, ed)?),
    ] {
        app = app.merge(Router::new().route(path, get(first)).with_state(verifier));
    }

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app).await?;

    Ok(())
}
