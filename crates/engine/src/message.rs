//! Messages: from what happened to the words for one reader, in no channel's form.
//!
//! A [`Package`] holds everything a reader may need, typed and in their language and time zone. A
//! [`Template`] is data that names parts of it; whatever it says, the facts stand beside it. How a
//! mail or a chat shows the result is the business of `connect`.
//!
//! What a lead wrote is shown and never obeyed: values go into templates, not through them.

pub mod content;
pub mod language;
pub mod package;
mod read;
pub mod template;

pub use content::{Content, Fact};
pub use language::Language;
pub use package::Package;
pub(crate) use read::{Subject, package};
pub use template::{Part, Reader, Template, TemplateError};
