//! Files of activities, handoffs and reps.

use engine::import::{ImportError, MappingFile, Progress, Summary, rejected_beside};
use engine::reports::{Days, Edge};
use engine::respond::Action;
use engine::{Actor, Engine};
use model::id::{HandoffId, LeadId};
use store::activity::Activity;

use super::{Scene, counts, file, import};
use crate::scene::{act, faults, on_both, open_of, set_up_demo};

#[derive(Clone, Copy)]
enum Kind {
    Activities,
    Handoffs,
    Outcomes,
    Reps,
}

fn try_table(
    engine: &Engine,
    kind: Kind,
    scene: &Scene,
    mapping: Option<&str>,
) -> Result<Summary, ImportError> {
    let mapping = mapping.map(|it| MappingFile::parse("map.yaml", it)).transpose()?;
    let rejected = rejected_beside(&scene.path);
    let ask = file(&scene.path, mapping.as_ref(), &rejected);
    let (by, watch) = (&Actor::Operator, |_: Progress| {});
    match kind {
        Kind::Activities => engine.import_activities(by, &ask, watch),
        Kind::Handoffs => engine.import_handoffs(by, &ask, watch),
        Kind::Outcomes => engine.import_outcomes(by, &ask, watch),
        Kind::Reps => engine.import_reps(by, &ask, watch),
    }
}

fn table(engine: &Engine, kind: Kind, scene: &Scene) -> Summary {
    try_table(engine, kind, scene, None).unwrap()
}

/// Two leads, `1` (ana) and `2` (bo); their ids.
fn two_leads(engine: &Engine) -> Vec<LeadId> {
    set_up_demo(engine);
    let rows = "external_id,email,country,handoff_reason,captured_at\n\
        1,ana@acme.example,DE,Product - Voice,2026-03-02T08:00:00Z\n\
        2,bo@beta.example,US,Product - Voice,2026-03-03T08:00:00Z\n";
    import(engine, &Scene::new("leads.csv", rows));
    let mut ids = engine
        .read_blocking(|db| {
            let mut ids = Vec::new();
            store::lead::for_each(db, 1, 0, |row| {
                ids.push(LeadId::from_raw(store::lead::Lead::read(row)?.id));
                Ok(())
            })?;
            Ok(Ok(ids))
        })
        .unwrap();
    ids.sort_unstable();
    ids
}

fn activities_of(engine: &Engine, lead: LeadId) -> Vec<Activity> {
    let id = lead.raw();
    engine
        .read_blocking(move |db| Ok(Ok(store::activity::of_lead(db, 1, id, i64::MAX, 100)?)))
        .unwrap()
}

#[test]
fn activities_find_their_leads_once_and_decide_nothing() {
    on_both(|engine| {
        let leads = two_leads(engine);
        let decided = |engine: &Engine| (counts(engine)[0].1, counts(engine)[1].1);
        let before = decided(engine);
        let rows = format!(
            "Lead,At,Kind,Subject,External ID,Browser\n\
             1,2026-03-02T09:00:00Z,page_view,/pricing,,x\n\
             ANA@acme.example,2026-03-02T09:00:00Z,download,Guide,d1,x\n\
             {},2026-03-02 09:05,demo_request,,,x\n\
             2,2026-03-02T09:00:00Z,webinar,Voice day,,x\n\
             1,2026-03-02T09:00:00Z,page_view,/pricing,,again\n\
             zoe@omega.example,2026-03-02T09:00:00Z,page_view,/,,x\n\
             1,2999-01-01,page_view,/,,x\n\
             1,yesterday,page_view,/,,x\n\
             1,2026-03-02T09:00:00Z,,/,,x\n",
            leads[1]
        );
        let scene = Scene::new("did.csv", rows);
        let first = table(engine, Kind::Activities, &scene);
        let found = (first.rows, first.new, first.unchanged, first.rejected);
        assert_eq!(found, (9, 4, 1, 4), "{first:?}");
        assert_eq!(first.passed_over, ["Browser"]);
        let unnamed: Vec<_> = first.unnamed.iter().map(|(it, n)| (it.as_str(), *n)).collect();
        assert_eq!(unnamed, [("webinar", 1)]);
        let rejected = scene.rejected();
        for code in ["I0603", "I0605", "I0510"] {
            assert!(rejected.contains(code), "{code}: {rejected}");
        }
        let kinds: Vec<_> =
            activities_of(engine, leads[0]).iter().map(|it| it.kind.clone()).collect();
        assert_eq!(kinds, ["page_view", "download"]);
        // Texts without an offset are in the zone of the workspace.
        let last = activities_of(engine, leads[1]).pop().unwrap();
        assert_eq!(model::Timestamp::from_micros(last.at).to_string(), "2026-03-02T14:05:00Z");
        assert_eq!(decided(engine), before, "nothing was decided");

        let again = table(engine, Kind::Activities, &scene);
        assert_eq!((again.new, again.unchanged, again.rejected), (0, 5, 4), "{again:?}");
        let zoe = "email,country,handoff_reason\nzoe@omega.example,DE,Product - Voice\n";
        import(engine, &Scene::new("late.csv", zoe));
        let rest = table(engine, Kind::Activities, &Scene::new("rest.csv", scene.rejected()));
        assert_eq!((rest.new, rest.rejected), (1, 3), "{rest:?}");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_later_decision_counts_imported_activities_and_can_be_made_again() {
    on_both(|engine| {
        let leads = two_leads(engine);
        let rows = "lead,at,kind\n1,2026-03-01T09:00:00Z,demo_request\n";
        table(engine, Kind::Activities, &Scene::new("did.csv", rows));
        assert_eq!(activities_of(engine, leads[0]).len(), 1);
        assert_eq!(faults(engine), Vec::<String>::new(), "earlier decisions do not see it");
        let cell = "lead,at,kind,external_id\n\
            1,2026-03-01T10:00:00Z,page_view,a\n1,2026-03-01T10:00:00Z,page_view,b\n\
            1,2026-03-01T10:00:00Z,page_view,a\n";
        let by_id = table(engine, Kind::Activities, &Scene::new("ids.csv", cell));
        assert_eq!((by_id.new, by_id.unchanged), (2, 1), "ids tell activities apart");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

const PAST: &str = "lead,rep,offered_at,accepted_at,rejected_at,reject_reason,first_touch_at,\
    disposition,closed_at,tier\n\
    1,olga,2026-03-02T08:10:00Z,2026-03-02T08:12:00Z,,,2026-03-02T08:20:00Z,submitted,2026-03-05,2\n\
    1,piet@baton-demo.example,2026-04-02T08:10:00Z,,2026-04-02T09:10:00Z,No budget,,,,\n\
    2,amos,2026-03-03T09:00:00Z,,,,,,,\n\
    9,olga,2026-03-02T08:10:00Z,,,,,,,\n\
    2,nobody,2026-03-03T09:00:00Z,,,,,,,\n\
    2,amos,2026-03-04T09:00:00Z,,2026-03-04T10:00:00Z,Too tall,,,,\n\
    2,amos,2026-03-04T09:00:00Z,2026-03-03T10:00:00Z,,,,,,\n\
    2,amos,2026-03-04T09:00:00Z,,2026-03-04T10:00:00Z,,,submitted,,\n\
    2,amos,2026-03-04T09:00:00Z,,,,,,2999-01-01,0\n\
    2,amos,2026-03-04T09:00:00Z,,,,,,2999-01-01,\n";

#[test]
fn a_past_handoff_may_end_a_little_ahead_of_our_clock() {
    on_both(|engine| {
        two_leads(engine);
        let now = engine.read_blocking(|db| Ok(Ok(db.now()?))).unwrap();
        let taken = |seconds: i64| {
            let at = model::Timestamp::from_micros(now.as_micros() + seconds * 1_000_000);
            let rows = format!("lead,rep,offered_at,closed_at\n1,olga,2026-03-02T08:10:00Z,{at}\n");
            let it = table(engine, Kind::Handoffs, &Scene::new("past.csv", rows));
            (it.new, it.rejected)
        };
        assert_eq!(taken(900), (0, 1));
        assert_eq!(taken(120), (1, 0));
    });
}

#[test]
fn a_past_handoff_is_updated_by_a_later_file() {
    on_both(|engine| {
        let leads = two_leads(engine);
        let offered = "1,olga,2026-03-02T08:10:00Z";
        let counted = |rows: &str| {
            let head = "lead,rep,offered_at,accepted_at,rejected_at,reject_reason,disposition,closed_at,value";
            let scene = Scene::new("past.csv", format!("{head}\n{rows}"));
            let it = table(engine, Kind::Handoffs, &scene);
            (it.new, it.updated, it.unchanged, it.rejected)
        };
        assert_eq!(counted(&format!("{offered},,,,,,\n")), (1, 0, 0, 0));
        let id = leads[0].raw();
        let past = || {
            let all = engine
                .read_blocking(move |db| Ok(Ok(store::handoff::of_lead(db, 1, id)?)))
                .unwrap();
            all.into_iter().find(|it| it.number == 0).unwrap()
        };
        let rejected = format!("{offered},,2026-03-02T09:00:00Z,no_budget,,,700\n");
        assert_eq!(counted(&rejected), (0, 1, 0, 0));
        assert_eq!(counted(&rejected), (0, 0, 1, 0));
        assert_eq!(counted(&format!("{offered},,,,,,\n")), (0, 0, 1, 0), "nothing is taken away");
        let now = past();
        assert_eq!(
            (now.disposition.as_deref(), now.value, now.version),
            (Some("rejected"), Some(700), 2)
        );
        assert_eq!(now.reject_reason.as_deref(), Some("no_budget"));
        assert_eq!(now.closed_at, now.rejected_at);
        let early = format!("{offered},2026-03-02T10:00:00Z,,,,,\n");
        assert_eq!(counted(&early), (0, 0, 0, 1), "it was rejected before");
        let both = format!(
            "{offered},2026-03-02T10:00:00Z,,,submitted,2026-03-05,\n{offered},,,,,,900\n\
             2,amos,2026-03-03T09:00:00Z,,,,,,\n2,amos,2026-03-03T09:00:00Z,,,,,,5\n"
        );
        assert_eq!(counted(&both), (1, 3, 0, 0));
        let now = past();
        assert_eq!(
            (now.disposition.as_deref(), now.value, now.version),
            (Some("submitted"), Some(900), 3)
        );
        assert_eq!((now.rejected_at, now.reject_reason), (None, None));
        let (stays, closed) = (
            engine.read_blocking(move |db| Ok(Ok(store::assignment::of_lead(db, 1, id)?))).unwrap(),
            now.closed_at,
        );
        let stay = stays.iter().find(|it| it.handoff_id == now.id).unwrap();
        assert_eq!((stay.ended.as_deref(), stay.until_at), (Some("disposed"), closed));
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn past_handoffs_are_history_that_reports_count_and_that_wakes_nobody() {
    on_both(|engine| {
        let leads = two_leads(engine);
        let (before, load) = (counts(engine), open_of(engine, "olga"));
        let scene = Scene::new("past.csv", PAST);
        let first = table(engine, Kind::Handoffs, &scene);
        assert_eq!((first.rows, first.new, first.rejected), (10, 3, 7), "{}", scene.rejected());
        for code in ["I0603", "I0604", "I0605", "I0606", "I0607", "I0608"] {
            assert!(scene.rejected().contains(code), "{code}: {}", scene.rejected());
        }
        assert_eq!(counts(engine)[1].1, before[1].1 + 3);
        assert_eq!(open_of(engine, "olga"), load, "no capacity is taken");
        assert_eq!(faults(engine), Vec::<String>::new());
        assert_eq!(engine.verify_blocking(100).unwrap().iter().map(|it| it.bad).sum::<i64>(), 0);

        let again = table(engine, Kind::Handoffs, &scene);
        assert_eq!((again.new, again.unchanged, again.rejected), (0, 3, 7), "{again:?}");

        let of_lead = leads[0].raw();
        let past: Vec<store::handoff::Handoff> = engine
            .read_blocking(move |db| Ok(Ok(store::handoff::of_lead(db, 1, of_lead)?)))
            .unwrap()
            .into_iter()
            .filter(|it| it.number == store::handoff::IMPORTED)
            .collect();
        assert_eq!(past.len(), 2);
        assert_eq!(past[1].reject_reason.as_deref(), Some("no_budget"));
        assert_eq!(past[1].reason, "Product - Voice", "that of the lead");
        let closed = act(engine, HandoffId::from_raw(past[0].id), "olga", Action::Accept);
        assert!(closed.is_err(), "what is over stays over: {closed:?}");
        // An outcome belongs to the handoff of its time.
        let won = Scene::new("won.csv", "lead,outcome,at\n1,won,2026-03-20\n");
        table(engine, Kind::Outcomes, &won);
        let outcomes = engine
            .read_blocking(move |db| Ok(Ok(store::outcome::of_lead(db, 1, of_lead)?)))
            .unwrap();
        assert_eq!(outcomes[0].handoff_id, Some(past[0].id));

        let day = |it: &str| Some(it.parse::<Edge>().unwrap());
        let days = Days { from: day("2026-03-01"), to: day("2026-05-01") };
        let report = engine.report_of_days(days).unwrap().total;
        assert_eq!((report.handoffs, report.open, report.touched), (3, 0, 1));
        assert_eq!((report.verdicts.submitted, report.verdicts.rejected), (1, 1));
        let speed = report.speed.unwrap();
        assert_eq!(speed.median, 1_200, "from the capture, not from the offer");
    });
}

#[test]
fn whoever_rejected_a_lead_in_the_past_does_not_get_it_now() {
    on_both(|engine| {
        let leads = two_leads(engine);
        let (id, before) = (leads[0].raw(), counts(engine)[1].1);
        table(engine, Kind::Handoffs, &Scene::new("past.csv", PAST));
        let stays =
            engine.read_blocking(move |db| Ok(Ok(store::assignment::of_lead(db, 1, id)?))).unwrap();
        let rejected = stays.iter().find(|it| it.ended.as_deref() == Some("rejected")).unwrap();
        assert_eq!((rejected.rep.as_deref(), rejected.active), (Some("piet"), 0));
        assert_eq!(counts(engine)[1].1, before + 3);
    });
}

fn version(engine: &Engine) -> i64 {
    let latest = engine.read_blocking(|db| Ok(Ok(store::roster::latest_version(db, 1)?))).unwrap();
    latest.map_or(0, |(version, _)| version)
}

fn rep(engine: &Engine, id: &str) -> Option<model::Rep> {
    let id = id.parse().unwrap();
    let inner = engine.clone();
    let live = engine
        .read_blocking(move |db| {
            let now = db.now()?;
            inner.live(db, now)
        })
        .unwrap();
    live.setup.find(&id).and_then(|it| live.setup.roster().rep(it)).cloned()
}

#[test]
fn reps_of_a_file_are_added_and_changed_in_one_version() {
    on_both(|engine| {
        set_up_demo(engine);
        assert_eq!(version(engine), 1);
        let rows = "id,name,email,team,backup,capacity.open,skills,active,attributes.region,Shoe\n\
            olga,,,,,50,\"voice_ai; messaging\",,,38\n\
            zoe,Zoe Hart,zoe@baton-demo.example,emea,yann,20,\"voice, messaging\",yes,north,38\n\
            yann,Yann Roux,,emea,,20,,no,,\n\
            piet,,,,,,,,,\n\
            ulf,Ulf,,emea,zoe,many,,yes,,\n\
            vera,Vera,,mars,,,,,,\n\
            No Name,,,,,,,,,\n\
            wim,Wim,,emea,vera,,,,,\n";
        let scene = Scene::new("reps.csv", rows);
        let first = table(engine, Kind::Reps, &scene);
        let found = (first.rows, first.new, first.updated, first.unchanged, first.rejected);
        assert_eq!(found, (8, 2, 1, 1, 4), "{}", scene.rejected());
        assert_eq!((first.passed_over, version(engine)), (vec!["Shoe".to_owned()], 2));
        let olga = rep(engine, "olga").unwrap();
        assert_eq!((olga.name.as_str(), olga.capacity.open), ("Olga Brandt", Some(50)));
        let list = |all: &[&str]| model::Value::List(all.iter().map(|it| (*it).into()).collect());
        assert_eq!(olga.attributes["skills"], list(&["voice_ai", "messaging"]));
        assert_eq!(olga.attributes["languages"], list(&["en", "de"]), "it was not in the file");
        let zoe = rep(engine, "zoe").unwrap();
        assert_eq!(zoe.attributes["region"], model::Value::text("north"));
        assert_eq!(zoe.backup.unwrap().as_str(), "yann");
        assert!(!rep(engine, "yann").unwrap().active);
        assert!(rep(engine, "wim").is_none(), "the backup was refused");
        let again = table(engine, Kind::Reps, &scene);
        assert_eq!((again.new, again.updated, again.unchanged, again.rejected), (0, 0, 4, 4));
        assert_eq!(version(engine), 2, "the same file again changes nothing");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_roster_that_does_not_fit_the_policy_is_not_written() {
    on_both(|engine| {
        set_up_demo(engine);
        let keeper = Scene::new("reps.csv", "id,name,active\nrae,,no\nzoe,Zoe,yes\n");
        let refused = try_table(engine, Kind::Reps, &keeper, None).unwrap_err();
        assert_eq!(refused.code(), "A0603", "{refused}");
        assert_eq!((version(engine), rep(engine, "zoe")), (1, None));
        let calendar = Scene::new("reps.csv", "id,calendar\nolga,moon\npiet,kolkata\n");
        let one = table(engine, Kind::Reps, &calendar);
        assert_eq!((one.updated, one.rejected), (1, 1), "{one:?}");
        assert!(calendar.rejected().contains("P0331"), "{}", calendar.rejected());
    });
}

#[test]
fn json_lines_name_their_own_fields() {
    on_both(|engine| {
        two_leads(engine);
        let rows = r#"{"id": "olga", "skills": ["voice", "chat"], "capacity.open": 7, "active": true}
{"id": "piet", "shoe size": 44}
"#;
        let reps = table(engine, Kind::Reps, &Scene::new("reps.jsonl", rows));
        assert_eq!((reps.updated, reps.unchanged, reps.rejected), (1, 1, 0), "{reps:?}");
        let olga = rep(engine, "olga").unwrap();
        let skills = ["voice", "chat"].map(std::sync::Arc::from).to_vec();
        assert_eq!(olga.attributes["skills"], model::Value::List(skills));
        assert_eq!(olga.capacity.open, Some(7));
        let rows = r#"{"lead": 1, "at": "2026-03-02T09:00:00Z", "kind": "download", "subject": null}
{"lead": 99, "at": "2026-03-02T09:00:00Z", "kind": "download"}
"#;
        let scene = Scene::new("did.jsonl", rows);
        let did = table(engine, Kind::Activities, &scene);
        assert_eq!((did.new, did.rejected), (1, 1), "{did:?}");
        assert!(scene.rejected().contains(r#""code":"I0603""#), "{}", scene.rejected());
    });
}

#[test]
fn a_mapping_names_the_columns_of_every_kind() {
    on_both(|engine| {
        two_leads(engine);
        let map = "schema: 1\nkind: activities\nsource: import\nzone: Europe/Berlin\n\
            order: day_first\nfields:\n  lead: Id\n  at: When\n\
            \x20 kind: { column: What, values: { Demo: demo_request }, other: keep }\n";
        let scene = Scene::new("did.csv", "Id,When,What\n1,02/03/2026 10:00,Demo\n");
        let summary = try_table(engine, Kind::Activities, &scene, Some(map)).unwrap();
        assert_eq!((summary.new, summary.unnamed.len()), (1, 0), "{summary:?}");
        let unknown = format!("{map}  colour: Hue\n");
        let refused = try_table(engine, Kind::Activities, &scene, Some(&unknown)).unwrap_err();
        assert_eq!(refused.code(), "I0502");
        let poor = "schema: 1\nkind: handoffs\nfields:\n  lead: Id\n";
        let refused = try_table(engine, Kind::Handoffs, &scene, Some(poor)).unwrap_err();
        assert_eq!(refused.code(), "I0507");
        let refused = try_table(engine, Kind::Handoffs, &scene, Some(map)).unwrap_err();
        assert_eq!(refused.code(), "I0601");
        let nameless = Scene::new("reps.csv", "name,email\nZoe,zoe@baton-demo.example\n");
        let refused = try_table(engine, Kind::Reps, &nameless, None).unwrap_err();
        assert_eq!(refused.code(), "I0508");
    });
}
