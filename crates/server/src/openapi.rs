//! The description of the API, made from the table of routes.

use std::collections::BTreeMap;

use engine::access::Action;
use serde_json::json;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Paths, Ref,
    RefOr, Required, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{ErrorBody, FieldError};
use crate::routes::{Need, table};

/// An error that many routes may answer: name, status, description, code and message to show.
type Shared = (&'static str, &'static str, &'static str, &'static str, &'static str);

const ALWAYS: [Shared; 2] = [
    (
        "Busy",
        "429",
        "Too much at once: wait for `Retry-After`",
        "A0429",
        "too many sign-ins at once; try again in a moment",
    ),
    (
        "Unavailable",
        "503",
        "No answer from the database, or not in time: repeat with the same key",
        "A0408",
        "no answer in time; repeat the request with the same `Idempotency-Key`",
    ),
];
const GUARDED: [Shared; 2] = [
    (
        "Unauthorized",
        "401",
        "Nobody proved who they are",
        "A0401",
        "send `Authorization: Bearer baton_…`, or a mail address and password",
    ),
    (
        "Forbidden",
        "403",
        "The caller may not do this at all",
        "A0403",
        "the API key needs the scope `leads:read`",
    ),
];
const BODY: [Shared; 4] = [
    (
        "NotJson",
        "400",
        "The body is not JSON",
        "A0400",
        "the body is not JSON: EOF while parsing a value at line 1, column 9",
    ),
    ("TooLarge", "413", "The body is too large", "A0413", "the body has more than 1048576 bytes"),
    (
        "NotSentAsJson",
        "415",
        "The body is not sent as JSON",
        "A0415",
        "send the body with `Content-Type: application/json`",
    ),
    (
        "Invalid",
        "422",
        "A part of the request is wrong; `fields` names each place",
        "A0411",
        "a part of the request is wrong",
    ),
];
const WRONG_QUERY: Shared =
    ("WrongQuery", "422", "The query cannot be read", "A0410", "the query cannot be read");
const UNKNOWN: Shared = (
    "NotFound",
    "404",
    "There is no such thing, or not for this caller",
    "A0404",
    "there is no lead `lead_0000000000000`",
);
const MOVED_ON: Shared = (
    "Conflict",
    "409",
    "The state has moved on; `state` has it as it is now",
    "D0501",
    "the handoff has changed: `piet` has it now, in version 3",
);

/// The description of every route, OpenAPI 3.1.
pub fn openapi() -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    schemas.insert("Error".to_owned(), ErrorBody::schema());
    schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    for entry in table() {
        let (types, described, _) = entry.router;
        schemas.extend(types);
        for (path, mut item) in described.paths {
            for (method, operation) in operations(&mut item) {
                complete(operation, &path, method, entry.need);
            }
            match paths.paths.get_mut(&path) {
                Some(known) => known.merge_operations(item),
                None => {
                    paths.paths.insert(path, item);
                }
            }
        }
    }
    let shared = ALWAYS.into_iter().chain(GUARDED).chain(BODY);
    let shared = shared.chain([WRONG_QUERY, UNKNOWN, MOVED_ON]);
    let text = "A browser that signed in; changes carry its token as `x-csrf-token`";
    let cookie = ApiKeyValue::with_description("baton_session", text);
    let components = ComponentsBuilder::new()
        .responses_from_iter(shared.map(|it| (it.0, error(it))))
        .schemas_from_iter(schemas)
        .security_scheme("key", scheme(HttpAuthScheme::Bearer, "An API key, `baton_…`"))
        .security_scheme("password", scheme(HttpAuthScheme::Basic, "Mail address and password"))
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)))
        .build();
    let info = InfoBuilder::new()
        .title("Baton")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The lead handoff engine. Conventions: docs/api-design.md."));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn scheme(kind: HttpAuthScheme, description: &str) -> SecurityScheme {
    let http = HttpBuilder::new().scheme(kind).description(Some(description)).build();
    SecurityScheme::Http(http)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ];
    all.into_iter().filter_map(|(method, it)| Some((method, it.as_mut()?)))
}

/// Adds what all operations of a kind have in common.
fn complete(operation: &mut Operation, path: &str, method: &str, need: Need) {
    let mut errors: Vec<Shared> = ALWAYS.to_vec();
    if need == Need::SignIn {
        errors.extend(GUARDED.first());
    }
    if let Need::Action(action) = need {
        errors.extend(GUARDED);
        operation.security = Some(vec![
            SecurityRequirement::new::<_, [&str; 0], &str>("key", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("password", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
        ]);
        let note = rights(action);
        let text = operation.description.take().unwrap_or_default();
        operation.description = Some(format!("{text}\n\n{note}").trim().to_owned());
    }
    if path.contains('{') {
        errors.push(UNKNOWN);
    }
    if operation.request_body.is_some() {
        errors.extend(BODY);
    } else if operation.parameters.as_ref().is_some_and(|all| {
        all.iter().any(|it| match it {
            RefOr::T(it) => matches!(it.parameter_in, ParameterIn::Query),
            RefOr::Ref(_) => false,
        })
    }) {
        errors.push(WRONG_QUERY);
    }
    if method == "post" && need != Need::SignIn {
        errors.push(MOVED_ON);
        operation.parameters.get_or_insert_with(Vec::new).push(RefOr::T(idempotency_key()));
    }
    for (name, status, ..) in errors {
        let known = &mut operation.responses.responses;
        let shared = || RefOr::Ref(Ref::from_response_name(name));
        known.entry(status.to_owned()).or_insert_with(shared);
    }
}

/// Which scope and roles an action needs, in words.
fn rights(action: Action) -> String {
    let roles: Vec<&str> = engine::access::ROLES
        .iter()
        .filter(|it| it.reach(action) != engine::access::Reach::Nothing)
        .map(|it| it.as_str())
        .collect();
    let scope = action.scope().map_or_else(
        || "API keys may not".to_owned(),
        |it| format!("API keys with the scope `{it}`"),
    );
    format!("For the roles {}; {scope}.", roles.join(", "))
}

fn error((_, _, description, code, message): Shared) -> utoipa::openapi::Response {
    let example = json!({
        "code": code, "message": message, "fields": [], "request_id": "k3x9m2pq-00000017",
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Error")))
        .example(Some(example))
        .build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

fn idempotency_key() -> utoipa::openapi::path::Parameter {
    let text = "A random value of the caller, 1 to 200 visible ASCII characters. A repeat with \
                the same key and body gets the first answer, with the header \
                `idempotent-replayed: true`, and has no effect.";
    let schema = ObjectBuilder::new().schema_type(Type::String).max_length(Some(200)).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(text))
        .schema(Some(schema))
        .build()
}
