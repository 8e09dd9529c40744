//! Clicks over Socket Mode: a connection of ours to Slack, for as long as the workspace has one.

use std::time::Duration;

use connect::slack::SocketMode;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::Clicks;

/// How often it is looked whether there is a connection to keep.
const LOOK: Duration = Duration::from_secs(3);

/// Clicks that wait or are answered at once; Slack sends again what finds no room.
const CLICKS_MAX: usize = 32;

impl Clicks {
    /// Listens to Slack until `stop` says so, over the app token of the connection. A new
    /// connection takes the place of one whose settings changed; one whose token Slack refuses
    /// stays down until then.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut running: JoinSet<()> = JoinSet::new();
        let mut since = None;
        let mut tick = tokio::time::interval(LOOK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !*stop.borrow() {
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { break },
                _ = tick.tick() => match self.channels.slack_socket().await {
                    Ok((stamp, _)) if stamp == since => {}
                    Ok((stamp, socket)) => {
                        since = stamp;
                        running.abort_all();
                        let clicks = self.clone();
                        socket.map(|it| running.spawn(async move { clicks.listen(it).await }));
                    }
                    Err(refusal) => {
                        tracing::warn!(code = refusal.code, "Slack was not looked at: {refusal}");
                    }
                }
            }
            while running.try_join_next().is_some() {}
        }
    }

    async fn listen(&self, socket: SocketMode) {
        let (to, mut heard) = mpsc::channel(CLICKS_MAX);
        let answer = async {
            let mut answering = JoinSet::new();
            while let Some(interaction) = heard.recv().await {
                if CLICKS_MAX <= answering.len() {
                    answering.join_next().await;
                }
                let clicks = self.clone();
                answering.spawn(async move { clicks.answer(interaction).await });
                while answering.try_join_next().is_some() {}
            }
        };
        let listen = async move {
            if let Err(failure) = socket.run(to).await {
                tracing::warn!(code = failure.code.as_str(), "Slack's socket ended: {failure}");
            }
        };
        tokio::join!(listen, answer);
    }
}
