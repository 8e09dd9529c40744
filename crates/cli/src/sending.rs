//! What the server needs to send messages: its key, and the address it is reached at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connect::http::{Patience, Reach};
use connect::webhook::Webhooks;
use engine::Engine;
use engine::clicks::Clicks;
use engine::links::Links;
use engine::sender::Sender;
use engine::sender::channels::{Channels, Settings};
use engine::sender::hooks::Hooks;
use engine::vault::{Vault, VaultError};
use store::DatabaseUrl;
use tokio::sync::watch;

use crate::outcome::{Failure, say};

/// Arguments of commands that send messages.
#[derive(clap::Args, Default)]
pub(crate) struct SendingArgs {
    /// File with the key that encrypts secrets and signs links; made where it is not there. Beside
    /// a SQLite file if absent. The variable BATON_KEY holds the key itself
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Where people reach this server, e.g. `https://baton.example`; else messages have no links
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Let addresses that people enter (webhooks, Teams, browsers) lead to hosts of the house too,
    /// also by plain http
    #[arg(long)]
    private_webhooks: bool,
}

/// What sends, and what reads the links in what was sent.
pub(crate) struct Sending {
    sender: Sender,
    hooks: Hooks,
    pub(crate) clicks: Clicks,
    pub(crate) links: Option<Arc<Links>>,
}

/// Holds the key itself.
const KEY: &str = "BATON_KEY";

impl SendingArgs {
    /// What sends the messages of `engine`, whose database is `url`. Gives the engine its key.
    pub(crate) fn sending(&self, engine: &Engine, url: &DatabaseUrl) -> Result<Sending, Failure> {
        let vault = self.vault(url).map_err(|error| Failure::Input(error.to_string()))?;
        let vault = vault.map(Arc::new);
        match &vault {
            Some(vault) => engine.set_vault(Arc::clone(vault)),
            None => say("note", &format!("no `--key-file` and no {KEY}: no secrets, no links")),
        }
        let links = self.public_url.as_ref().zip(vault);
        let links = links.map(|(url, vault)| Arc::new(Links::new(url, vault)));
        let reach = if self.private_webhooks { Reach::private() } else { Reach::public() };
        let settings = Settings { entered: reach.clone(), links: links.clone() };
        let channels = Channels::new(engine.clone(), settings);
        let http = channels.http(reach, Patience::WEBHOOK);
        let http = http.map_err(|error| Failure::Input(error.to_string()))?;
        let source = self.public_url.clone().unwrap_or_else(|| "urn:baton".to_owned());
        let hooks = Hooks::new(engine.clone(), Arc::new(Webhooks::new(http)), source);
        let clicks = Clicks::new(engine.clone(), channels.clone());
        let sender = Sender::new(engine.clone(), Arc::new(channels), links.clone());
        Ok(Sending { sender, hooks, clicks, links })
    }

    fn vault(&self, url: &DatabaseUrl) -> Result<Option<Vault>, VaultError> {
        if let Ok(text) = std::env::var(KEY) {
            return Vault::of_text(&text).map(Some);
        }
        let beside = || {
            let file = url.to_string().strip_prefix("sqlite://")?.to_owned();
            Some(Path::new(&file).with_extension("key"))
        };
        let file = self.key_file.clone().or_else(beside);
        file.map(|it| Vault::of_file(&it)).transpose()
    }
}

impl Sending {
    /// Sends until `stop` says so, then sees through what is under way.
    pub(crate) async fn run(self, stop: watch::Receiver<bool>) {
        let Self { sender, hooks, clicks, .. } = self;
        tokio::join!(sender.run(stop.clone()), hooks.run(stop.clone()), clicks.run(stop));
    }
}
