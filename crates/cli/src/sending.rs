//! What the server needs to send messages: its key, and the address it is reached at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connect::Secret;
use connect::heartbeat::Heartbeat;
use connect::http::{Patience, Reach};
use connect::webhook::Webhooks;
use engine::Engine;
use engine::clicks::Clicks;
use engine::heartbeat::Beats;
use engine::links::Links;
use engine::sender::Sender;
use engine::sender::channels::{Channels, Settings, SmtpUrl};
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
    /// The mail server of a workspace that names none: `smtp://USER:PASSWORD@HOST?from=ADDRESS`, with
    /// `smtps` for TLS from the start. The variable BATON_SMTP_URL keeps the password out of sight
    #[arg(long, value_name = "URL")]
    smtp_url: Option<String>,
    /// A watch outside that rings when beats stay away: a POST a minute while the auditor finds
    /// everything well. The variable BATON_HEARTBEAT_URL keeps it out of sight. Hosts of the house
    /// need `--private-webhooks`
    #[arg(long, value_name = "URL")]
    heartbeat_url: Option<String>,
    /// Let addresses that people enter (webhooks, Teams, browsers) lead to hosts of the house too,
    /// also by plain http
    #[arg(long)]
    private_webhooks: bool,
}

/// What sends, and what reads the links in what was sent.
pub(crate) struct Sending {
    sender: Sender,
    hooks: Hooks,
    clicks: Clicks,
    beats: Option<Beats>,
    pub(crate) channels: Channels,
    pub(crate) links: Option<Arc<Links>>,
}

/// Holds the key itself.
const KEY: &str = "BATON_KEY";

/// Names a watch outside.
const HEARTBEAT_URL: &str = "BATON_HEARTBEAT_URL";

/// Names a mail server with its password.
const SMTP_URL: &str = "BATON_SMTP_URL";

impl SendingArgs {
    /// What sends the messages of `engine`, whose database is `url`. Gives the engine its key.
    pub(crate) fn sending(&self, engine: &Engine, url: &DatabaseUrl) -> Result<Sending, Failure> {
        let vault = vault_of(self.key_file.as_deref(), &url.to_string(), true)
            .map_err(|error| Failure::Input(error.to_string()))?;
        let vault = vault.map(Arc::new);
        match &vault {
            Some(vault) => engine.set_vault(Arc::clone(vault)),
            None => say("note", &format!("no `--key-file` and no {KEY}: no secrets, no links")),
        }
        let smtp = smtp_url(self.smtp_url.as_deref()).map_err(Failure::Input)?;
        let links = self.public_url.as_ref().zip(vault);
        let links = links.map(|(url, vault)| Arc::new(Links::new(url, vault)));
        let reach = if self.private_webhooks { Reach::private() } else { Reach::public() };
        let settings = Settings { entered: reach.clone(), links: links.clone(), smtp };
        let channels = Channels::new(engine.clone(), settings);
        let beats = self.beats(engine, &channels, reach.clone())?;
        let http = channels.http(reach, Patience::WEBHOOK);
        let http = http.map_err(|error| Failure::Input(error.to_string()))?;
        let source = self.public_url.clone().unwrap_or_else(|| "urn:baton".to_owned());
        let hooks = Hooks::new(engine.clone(), Arc::new(Webhooks::new(http)), source);
        let clicks = Clicks::new(engine.clone(), channels.clone());
        let outside = Arc::new(channels.clone());
        let sender = Sender::new(engine.clone(), outside, links.clone());
        Ok(Sending { sender, hooks, clicks, beats, channels, links })
    }

    /// What beats to the watch outside, if there is one.
    fn beats(
        &self,
        engine: &Engine,
        channels: &Channels,
        reach: Reach,
    ) -> Result<Option<Beats>, Failure> {
        let url = self.heartbeat_url.clone().or_else(|| std::env::var(HEARTBEAT_URL).ok());
        let Some(url) = url.filter(|it| !it.trim().is_empty()) else { return Ok(None) };
        let failed = |error: connect::Failure| Failure::Input(format!("heartbeat: {error}"));
        let http = channels.http(reach, Patience::VENDOR).map_err(failed)?;
        let heartbeat = Heartbeat::new(http, &Secret::new(url)).map_err(failed)?;
        Ok(Some(Beats::new(engine.clone(), heartbeat)))
    }
}

/// The key of a server whose database is `url`. A file that is not there is made where `make` says so.
pub(crate) fn vault_of(
    key_file: Option<&Path>,
    url: &str,
    make: bool,
) -> Result<Option<Vault>, VaultError> {
    if let Ok(text) = std::env::var(KEY) {
        return Vault::of_text(&text).map(Some);
    }
    let beside = || Some(Path::new(url.strip_prefix("sqlite://")?).with_extension("key"));
    let file = key_file.map(Path::to_path_buf).or_else(beside);
    file.filter(|it| make || it.exists()).map(|it| Vault::of_file(&it)).transpose()
}

/// The mail server that an argument or the environment names.
pub(crate) fn smtp_url(named: Option<&str>) -> Result<Option<SmtpUrl>, String> {
    let text = named.map(str::to_owned).or_else(|| std::env::var(SMTP_URL).ok());
    let url = text.filter(|it| !it.trim().is_empty()).map(|it| it.parse::<SmtpUrl>());
    url.transpose().map_err(|error| error.to_string())
}

impl Sending {
    /// Sends until `stop` says so, then sees through what is under way.
    pub(crate) async fn run(self, stop: watch::Receiver<bool>) {
        let Self { sender, hooks, clicks, beats, .. } = self;
        let watched = stop.clone();
        let beats = async move {
            if let Some(beats) = beats {
                beats.run(watched).await;
            }
        };
        tokio::join!(sender.run(stop.clone()), hooks.run(stop.clone()), clicks.run(stop), beats);
    }
}
