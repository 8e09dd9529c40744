//! A push to all browsers of a rep: it arrived where one of them took it.

use connect::web_push::WebPush;
use connect::{Code, Message};
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::push;
use crate::sender::outside::End;

/// Nobody knows where the reader is reached on this channel.
const NO_ADDRESS: &str = "C0902";

pub(super) async fn deliver(engine: &Engine, push: &WebPush, rep: &str, message: &Message) -> End {
    let none = || End::Refused {
        code: NO_ADDRESS.to_owned(),
        detail: "no browser of the rep takes pushes".to_owned(),
    };
    let Some(vault) = engine.vault() else { return none() };
    let owner = rep.to_owned();
    let known = engine.read(move |db| Ok(Ok(push::browsers(db, &vault, &owner)?))).await;
    let known = match known {
        Ok(known) => known,
        Err(refusal) => return End::of_store(refusal),
    };
    let mut tries = JoinSet::new();
    for (id, browser) in known {
        let (push, message) = (push.clone(), message.clone());
        tries.spawn(async move { (id, push.deliver(&browser, &message).await) });
    }
    let (mut gone, mut best) = (Vec::new(), none());
    while let Some(tried) = tries.join_next().await {
        let Ok((id, delivery)) = tried else { continue };
        if delivery.as_ref().is_err_and(|it| it.code == Code::SubscriptionGone) {
            gone.push(id);
        }
        let end = End::from(delivery);
        if rank(&best) < rank(&end) {
            best = end;
        }
    }
    if !gone.is_empty()
        && let Err(refusal) = engine.forget_browsers(rep.to_owned(), gone).await
    {
        tracing::warn!(code = refusal.code, "browsers that are gone were not forgotten");
    }
    best
}

/// Of many ends the one that counts: taken once is taken, and what may be taken later is not over.
fn rank(end: &End) -> u8 {
    match end {
        End::Refused { code, .. } if code == NO_ADDRESS => 0,
        End::Refused { .. } => 1,
        End::Later { .. } => 2,
        End::Sent(_) => 3,
    }
}
