//! Bare connections under the same guard, for protocols that begin as HTTP and go on as another.

use std::net::{IpAddr, SocketAddr};

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::{Host, Url};

use super::Http;
use super::guard::{self, Forbidden};
use crate::delivery::{Code, Failure};

impl Http {
    /// A connection to the host of `url`, to an address that was checked.
    pub(crate) async fn connect(&self, url: &Url) -> Result<TcpStream, Failure> {
        let forbidden = |it: Forbidden| Failure::refused(Code::AddressForbidden, it.to_string());
        let unreachable = |it: std::io::Error| Failure::failed(Code::Unreachable, it.to_string());
        guard::check(&self.reach, url).map_err(forbidden)?;
        let found = match url.host() {
            Some(Host::Ipv4(it)) => vec![IpAddr::V4(it)],
            Some(Host::Ipv6(it)) => vec![IpAddr::V6(it)],
            Some(Host::Domain(it)) => {
                self.names.look_up(it.to_owned()).await.map_err(unreachable)?
            }
            None => return Err(forbidden(Forbidden::Host)),
        };
        if !found.iter().all(|it| self.reach.allows(*it)) {
            return Err(forbidden(Forbidden::Network));
        }
        let port = url.port_or_known_default().ok_or_else(|| forbidden(Forbidden::Port))?;
        let found: Vec<_> = found.into_iter().map(|it| SocketAddr::new(it, port)).collect();
        TcpStream::connect(found.as_slice()).await.map_err(unreachable)
    }

    /// The same with TLS on top.
    pub(crate) async fn connect_tls(&self, url: &Url) -> Result<TlsStream<TcpStream>, Failure> {
        let unreachable = |it: String| Failure::failed(Code::Unreachable, it);
        let host = url.host_str().unwrap_or_default();
        // A v6 address stands in brackets in a URL.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|it| unreachable(it.to_string()))?;
        let stream = self.connect(url).await?;
        let tls = TlsConnector::from(self.tls.clone()).connect(name, stream).await;
        tls.map_err(|it| unreachable(it.to_string()))
    }
}
