//! What the server needs to send messages: its key, and the address it is reached at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Engine;
use engine::links::Links;
use engine::sender::Sender;
use engine::sender::channels::Channels;
use engine::vault::{Vault, VaultError};
use store::DatabaseUrl;

use crate::outcome::{Failure, say};

/// Arguments of commands that send messages.
#[derive(clap::Args, Default)]
pub(crate) struct SendingArgs {
    /// File with the key that encrypts secrets and signs links; made where it is not there. Beside
    /// a SQLite file if absent. The variable BATON_KEY holds the key itself
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Where people reach this server, e.g. https://baton.example; else messages have no links
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

/// Holds the key itself.
const KEY: &str = "BATON_KEY";

impl SendingArgs {
    /// The sender of the messages of `engine`, whose database is `url`. Gives the engine its key.
    pub(crate) fn sender(&self, engine: &Engine, url: &DatabaseUrl) -> Result<Sender, Failure> {
        let vault = self.vault(url).map_err(|error| Failure::Input(error.to_string()))?;
        let vault = vault.map(Arc::new);
        match &vault {
            Some(vault) => engine.set_vault(Arc::clone(vault)),
            None => say("note", &format!("no `--key-file` and no {KEY}: no secrets, no links")),
        }
        let links = self.public_url.as_ref().zip(vault);
        let links = links.map(|(url, vault)| Arc::new(Links::new(url, vault)));
        let channels = Arc::new(Channels::new(engine.clone()));
        Ok(Sender::new(engine.clone(), channels, links))
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
