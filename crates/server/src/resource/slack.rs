//! Clicks that Slack sends by signed requests.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::clicks::Clicks;
use engine::sender::unsigned;

use crate::App;
use crate::error::ApiError;

/// Slack shows an error after three seconds; what takes longer is done all the same.
const ANSWER_TIME_MAX: Duration = Duration::from_millis(2_500);

/// Takes what a person did in Slack: Interactivity's request URL. Signed by Slack with the app's
/// signing secret.
#[utoipa::path(post, path = "/slack/interactions", tag = "messages",
    operation_id = "take_click",
    responses((status = 200, description = "It is done, or will be in a moment")))]
pub(crate) async fn interactions(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let timestamp = header("x-slack-request-timestamp").ok_or_else(unsigned)?;
    let signature = header("x-slack-signature").ok_or_else(unsigned)?;
    let clicks = Clicks::new(app.engine, app.channels);
    let interaction = clicks.read(timestamp, signature, &body).await?;
    // It goes on where the answer cannot wait for it.
    let answered = tokio::spawn(async move { clicks.answer(interaction).await });
    let _ = tokio::time::timeout(ANSWER_TIME_MAX, answered).await;
    Ok(StatusCode::OK)
}
