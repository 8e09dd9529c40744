//! How far a request may go: by the text of its URL, and by every address its name stands for.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::address::{self, Range};

/// Where requests may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whether the machine itself and its own networks are receivers; also allows plain `http`.
    pub private: bool,
    /// Ports that may be reached; none means every port.
    pub ports: Vec<u16>,
}

impl Reach {
    /// For addresses that people type in: `https` to public hosts.
    pub fn public() -> Self {
        Self { private: false, ports: vec![443, 8443] }
    }

    /// For addresses of the operator's own configuration, and where the operator allows people to
    /// name hosts of the house.
    pub fn private() -> Self {
        Self { private: true, ports: Vec::new() }
    }

    /// Whether a connection to `address` may be made.
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        match address::range(address) {
            Range::Public => true,
            Range::Private => self.private,
            Range::Never => false,
        }
    }
}

/// Why an address is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Forbidden {
    #[error("only https is allowed")]
    Scheme,
    #[error("a user name or password stands in the address")]
    User,
    #[error("this port is not allowed")]
    Port,
    #[error("it leads to a network that must not be reached")]
    Network,
    #[error("it names no host")]
    Host,
}

/// What the text alone tells. A name is not looked up here: that would be another answer than the
/// one the connection uses.
pub(super) fn check(reach: &Reach, url: &Url) -> Result<(), Forbidden> {
    match url.scheme() {
        "https" => {}
        "http" if reach.private => {}
        _ => return Err(Forbidden::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::User);
    }
    let port = url.port_or_known_default().ok_or(Forbidden::Port)?;
    if port == 0 || !(reach.ports.is_empty() || reach.ports.contains(&port)) {
        return Err(Forbidden::Port);
    }
    // The client never asks for the name of a literal address, so it is judged here.
    let literal = match url.host() {
        Some(Host::Ipv4(it)) => IpAddr::V4(it),
        Some(Host::Ipv6(it)) => IpAddr::V6(it),
        Some(Host::Domain(_)) => return Ok(()),
        None => return Err(Forbidden::Host),
    };
    if reach.allows(literal) { Ok(()) } else { Err(Forbidden::Network) }
}

/// Looks names up.
pub trait Names: Send + Sync {
    /// All addresses of `name`.
    fn look_up(
        &self,
        name: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
}

/// The machine's own way to look names up.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn look_up(
        &self,
        name: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        Box::pin(async move {
            Ok(tokio::net::lookup_host((name, 0)).await?.map(|it| it.ip()).collect())
        })
    }
}

/// Hands out addresses within reach only; one outside spoils the name.
pub(super) struct GuardedNames {
    reach: Reach,
    names: Arc<dyn Names>,
}

impl GuardedNames {
    pub(super) fn new(reach: Reach, names: Arc<dyn Names>) -> Self {
        Self { reach, names }
    }
}

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach.clone();
        let found = self.names.look_up(name.as_str().to_owned());
        Box::pin(async move {
            let found = found.await?;
            if !found.iter().all(|it| reach.allows(*it)) {
                return Err(Forbidden::Network.into());
            }
            Ok(Box::new(found.into_iter().map(|it| SocketAddr::new(it, 0))) as Addrs)
        })
    }
}
