//! The packages that cargo resolved: our crates and everything below them.

use serde_json::Value;

use crate::{Failure, Outcome, command};

/// Platforms that Baton is built for; `deny.toml` names the same.
pub(crate) const TARGETS: [&str; 3] =
    ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin"];

/// All packages of the lock file that one of the [`TARGETS`] needs.
pub(crate) struct Packages {
    all: Vec<Package>,
}

#[derive(Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    /// Folder of a crate of this workspace, relative to the root; `None` for all others.
    pub(crate) member: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Needed by tests and benches only.
    pub(crate) dev: bool,
}

impl Packages {
    pub(crate) fn load() -> Outcome<Self> {
        let mut cargo = command::cargo();
        cargo.args(["metadata", "--format-version=1"]);
        for target in TARGETS {
            cargo.args(["--filter-platform", target]);
        }
        Self::parse(&command::read(&mut cargo)?)
            .ok_or_else(|| Failure::new("`cargo metadata` did not answer in its format 1"))
    }

    fn parse(text: &str) -> Option<Self> {
        let metadata: Value = serde_json::from_str(text).ok()?;
        let root = metadata.get("workspace_root")?.as_str()?;
        let members = metadata.get("workspace_members")?.as_array()?;
        let packages = metadata.get("packages")?.as_array()?.iter();
        let all: Option<Vec<Package>> =
            packages.map(|value| Package::parse(value, root, members)).collect();
        Some(Self { all: all? })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Package> {
        self.all.iter()
    }

    /// Our own crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.all().filter(|package| package.member.is_some())
    }

    pub(crate) fn is_member(&self, name: &str) -> bool {
        self.members().any(|package| package.name == name)
    }
}

impl Package {
    fn parse(value: &Value, root: &str, members: &[Value]) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
        let manifest = text("manifest_path")?;
        let is_member = members.contains(value.get("id")?);
        let folder = manifest.strip_suffix("/Cargo.toml")?.strip_prefix(root);
        let folder = folder.map(|it| it.trim_start_matches('/').to_owned());
        let dependencies = value.get("dependencies")?.as_array()?.iter();
        let dependencies: Option<Vec<Dependency>> = dependencies.map(Dependency::parse).collect();
        Some(Self {
            name: text("name")?,
            version: text("version")?,
            license: text("license"),
            member: if is_member { folder } else { None },
            dependencies: dependencies?,
        })
    }

    /// Where to report a fault of this package.
    pub(crate) fn manifest(&self) -> String {
        let folder = self.member.as_deref();
        folder.map_or_else(|| "Cargo.lock".to_owned(), |folder| format!("{folder}/Cargo.toml"))
    }
}

impl Dependency {
    fn parse(value: &Value) -> Option<Self> {
        let name = value.get("name")?.as_str()?.to_owned();
        let dev = value.get("kind")?.as_str() == Some("dev");
        Some(Self { name, dev })
    }
}

#[cfg(test)]
impl Packages {
    pub(crate) fn of(all: Vec<Package>) -> Self {
        Self { all }
    }
}

#[cfg(test)]
impl Package {
    /// A crate of this workspace with plain dependencies.
    pub(crate) fn ours(name: &str, dependencies: &[&str]) -> Self {
        let dependency = |it: &&str| Dependency { name: (*it).to_owned(), dev: false };
        Self {
            name: name.into(),
            member: Some(format!("crates/{name}")),
            dependencies: dependencies.iter().map(dependency).collect(),
            ..Self::default()
        }
    }

    /// A crate of somebody else.
    pub(crate) fn foreign(name: &str, version: &str, license: Option<&str>) -> Self {
        let license = license.map(str::to_owned);
        Self { name: name.into(), version: version.into(), license, ..Self::default() }
    }

    pub(crate) fn with_dev(mut self, name: &str) -> Self {
        self.dependencies.push(Dependency { name: name.into(), dev: true });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_from_the_crates_below_them() {
        let packages = Packages::load().unwrap();
        assert!(packages.is_member("xtask") && packages.is_member("model"));
        assert!(!packages.is_member("serde_json"));
        let serde_json = packages.all().find(|it| it.name == "serde_json").unwrap();
        assert!(serde_json.license.is_some());
        let model = packages.all().find(|it| it.name == "model").unwrap();
        assert_eq!(model.manifest(), "crates/model/Cargo.toml");
    }
}
