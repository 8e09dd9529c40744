//! Templates of messages: seen, replaced, given back, tried out on a handoff of the past.

use model::Timestamp;
use model::id::HandoffId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Snapshot;

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::message::language::LANGUAGES;
use crate::message::{Content, Language, Template};
use crate::refusal::FieldFault;
use crate::sender::preview;
use crate::{Actor, Refusal, RefusalKind, audit};

/// A template with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateView {
    /// Its name, as notifications of a policy name it.
    pub name: String,
    /// ISO 639-1.
    pub language: String,
    /// Whether it is built in: nobody has replaced it.
    pub built_in: bool,
    /// The words.
    pub template: Template,
    /// When it was replaced.
    pub updated_at: Option<Timestamp>,
    /// Who replaced it.
    pub updated_by: Option<String>,
}

/// What a template would say.
#[derive(Clone, Debug)]
pub struct PreviewRequest {
    /// Of which handoff.
    pub handoff: HandoffId,
    /// To whom: `rep:ID`, `prospect` or `marketing`.
    pub recipient: String,
    /// In which words, if not those in use.
    pub template: Option<Template>,
}

const NAME_LENGTH_MAX: usize = 64;

impl Engine {
    /// All templates in all languages, by name.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn templates(&self) -> Result<Vec<TemplateView>, Refusal> {
        self.read(|db| {
            let own = store::template::list(db, WORKSPACE)?;
            let built_in = Template::names().flat_map(|name| LANGUAGES.map(|it| (name, it)));
            let mut views: Vec<_> = own.iter().filter_map(own_view).collect();
            for (name, language) in built_in {
                let own = |it: &TemplateView| it.name == name && it.language == language.as_str();
                if !views.iter().any(own) {
                    views.extend(built_in_view(name, language));
                }
            }
            views.sort_by(|a, b| (&a.name, &a.language).cmp(&(&b.name, &b.language)));
            Ok(Ok(views))
        })
        .await
    }

    /// The template of this name and language.
    ///
    /// # Errors
    /// `A0404` where there is none. Failures of the store.
    pub async fn template(&self, name: String, language: String) -> Result<TemplateView, Refusal> {
        self.read(move |db| find(db, &name, &language)).await
    }

    /// Replaces a template.
    ///
    /// # Errors
    /// `A0411` with each part that cannot be used. Failures of the store.
    pub async fn put_template(
        &self,
        actor: Actor,
        name: String,
        language: String,
        template: Template,
    ) -> Result<TemplateView, Refusal> {
        let language = known_language(&language)?;
        check(&name, &template)?;
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let row = store::template::Template {
                workspace_id: WORKSPACE,
                name: name.clone(),
                language: language.as_str().to_owned(),
                body: json!(template).to_string(),
                updated_at: now.as_micros(),
                updated_by: actor.to_string(),
            };
            store::template::put(tx, &row)?;
            let subject = format!("{name}.{}", language.as_str());
            let body = json!({ "v": 1 });
            audit::note(tx, &engine, now, &actor, "template.put", &subject, &body)?;
            Ok(own_view(&row).ok_or_else(|| Refusal::not_found("template", &name)))
        })
        .await
    }

    /// Gives a template back: the built-in one holds again, if there is one.
    ///
    /// # Errors
    /// `A0404` where nobody had replaced it. Failures of the store.
    pub async fn remove_template(
        &self,
        actor: Actor,
        name: String,
        language: String,
    ) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            if !store::template::remove(tx, WORKSPACE, &name, &language)? {
                return Ok(Err(Refusal::not_found("template of your own", &name)));
            }
            let subject = format!("{name}.{language}");
            let body = json!({ "v": 1 });
            audit::note(tx, &engine, now, &actor, "template.remove", &subject, &body)?;
            Ok(Ok(()))
        })
        .await
    }

    /// What a template would say of a handoff to a reader.
    ///
    /// # Errors
    /// `A0404` for an unknown template, handoff or reader, `A0411` for parts that cannot be used.
    /// Failures of the store.
    pub async fn preview_template(
        &self,
        name: String,
        language: String,
        request: PreviewRequest,
    ) -> Result<Content, Refusal> {
        let language = known_language(&language)?;
        if let Some(template) = &request.template {
            check(&name, template)?;
        }
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let PreviewRequest { handoff, recipient, template } = &request;
            let template = match template {
                Some(template) => template.clone(),
                None => match find(db, &name, language.as_str())? {
                    Ok(view) => view.template,
                    Err(refusal) => return Ok(Err(refusal)),
                },
            };
            let Some(row) = store::handoff::get(db, WORKSPACE, handoff.raw())? else {
                return Ok(Err(Refusal::not_found("handoff", handoff)));
            };
            let content = preview(db, &live, &template, &row, recipient, language)?;
            Ok(content.ok_or_else(|| Refusal::not_found("reader", recipient)))
        })
        .await
    }
}

pub(crate) fn find(db: &mut Snapshot<'_>, name: &str, language: &str) -> Answer<TemplateView> {
    let own = store::template::get(db, WORKSPACE, name, language)?;
    let view = own.as_ref().and_then(own_view);
    let view = view.or_else(|| built_in_view(name, Language::of(language)?));
    Ok(view.ok_or_else(|| Refusal::not_found("template", name)))
}

fn own_view(row: &store::template::Template) -> Option<TemplateView> {
    Some(TemplateView {
        name: row.name.clone(),
        language: row.language.clone(),
        built_in: false,
        template: serde_json::from_str(&row.body).ok()?,
        updated_at: Some(Timestamp::from_micros(row.updated_at)),
        updated_by: Some(row.updated_by.clone()),
    })
}

fn built_in_view(name: &str, language: Language) -> Option<TemplateView> {
    Some(TemplateView {
        name: name.to_owned(),
        language: language.as_str().to_owned(),
        built_in: true,
        template: Template::built_in(name, language)?,
        updated_at: None,
        updated_by: None,
    })
}

fn known_language(code: &str) -> Result<Language, Refusal> {
    Language::of(code).ok_or_else(|| Refusal::not_found("language of messages", code))
}

fn check(name: &str, template: &Template) -> Result<(), Refusal> {
    let fault = |at: &str, message: String| FieldFault {
        at: at.to_owned(),
        code: "A0411".to_owned(),
        message,
    };
    let mut faults: Vec<FieldFault> =
        template.faults().into_iter().map(|it| fault(it.part.as_str(), it.message)).collect();
    let letters = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_.-".contains(&it);
    if !(1..=NAME_LENGTH_MAX).contains(&name.len()) || !name.bytes().all(letters) {
        let message = format!("a name has 1 to {NAME_LENGTH_MAX} of a-z, 0-9, `_`, `.` and `-`");
        faults.push(fault("name", message));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the template cannot be used like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}
