//! What the provider of text messages reports.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::sender::unsigned;
use model::id::OutboxId;

use crate::App;
use crate::error::ApiError;
use crate::extract::Segment;

/// Takes a report on a text message, signed by the provider with the account's token.
#[utoipa::path(post, path = "/sms/status/{message}", tag = "messages",
    operation_id = "report_text",
    params(("message" = String, Path, description = "The message")),
    responses((status = 204, description = "It is noted")))]
pub(crate) async fn status(
    State(app): State<App>,
    message: Segment,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let id: OutboxId = message.parse("message")?;
    let signature = headers.get("x-twilio-signature").and_then(|it| it.to_str().ok());
    let (Some(links), Some(signature)) = (app.links.as_deref(), signature) else {
        return Err(unsigned().into());
    };
    app.engine.sms_report(links, id, signature, &body).await?;
    Ok(StatusCode::NO_CONTENT)
}
