//! TLS for every channel: rustls with ring, and one set of roots.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Whom to believe who a server is: the public authorities and those the operator adds.
#[derive(Clone, Default)]
pub struct Roots {
    extra: Vec<CertificateDer<'static>>,
}

/// Text that holds no certificates that can be used.
#[derive(Debug, thiserror::Error)]
#[error("no certificate in PEM form that can be used: {0}")]
pub struct RootsError(String);

impl Roots {
    /// The public authorities alone.
    pub fn public() -> Self {
        Self::default()
    }

    /// Believes the certificates of this PEM text too.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, RootsError> {
        let before = self.extra.len();
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|it| RootsError(it.to_string()))?;
            store.add(certificate.clone()).map_err(|it| RootsError(it.to_string()))?;
            self.extra.push(certificate);
        }
        match self.extra.len() == before {
            true => Err(RootsError("it is empty".to_owned())),
            false => Ok(self),
        }
    }

    /// What the operator added, in DER form.
    pub(crate) fn extra(&self) -> impl Iterator<Item = &[u8]> {
        self.extra.iter().map(AsRef::as_ref)
    }

    /// For clients that bring their own protocol on top.
    pub(crate) fn client(&self) -> Result<ClientConfig, rustls::Error> {
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in &self.extra {
            store.add(certificate.clone())?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(store)
            .with_no_client_auth())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_a_certificate_is_refused() {
        assert!(Roots::public().with_pem(b"").is_err());
        let empty = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(Roots::public().with_pem(empty).is_err());
        assert!(Roots::public().client().is_ok());
    }
}
