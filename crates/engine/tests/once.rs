//! Requests with a key happen once.

use std::sync::Arc;

use engine::once::Once;
use engine::users::UserRequest;
use engine::{Actor, Engine};

use crate::scene::on_both;
use crate::waiting::wait;

fn request(email: &str) -> UserRequest {
    UserRequest {
        email: email.to_owned(),
        name: "Ana".to_owned(),
        role: engine::access::Role::Admin,
        rep: None,
        password_hash: None,
    }
}

fn keyed(engine: &Engine, key: &str, hash: u8) -> (Engine, Arc<Once>) {
    let once = Arc::new(Once::new(key.to_owned(), vec![hash; 32]));
    (engine.once(Some(Arc::clone(&once))), once)
}

#[test]
fn a_repeat_gets_the_first_answer_and_does_nothing() {
    on_both(|engine| {
        let (first, once) = keyed(engine, "k", 1);
        let user = wait(first.create_user(Actor::Operator, request("ana@acme.example"))).unwrap();
        assert!(!once.is_replayed());
        let (second, once) = keyed(engine, "k", 1);
        let again = wait(second.create_user(Actor::Operator, request("ana@acme.example")));
        assert_eq!(again.unwrap(), user);
        assert!(once.is_replayed());
        assert_eq!(wait(engine.users()).unwrap().len(), 1);
    });
}

#[test]
fn another_request_with_the_key_is_refused() {
    on_both(|engine| {
        let (first, _) = keyed(engine, "k", 1);
        wait(first.create_user(Actor::Operator, request("ana@acme.example"))).unwrap();
        let (second, _) = keyed(engine, "k", 2);
        let refused = wait(second.create_user(Actor::Operator, request("bo@acme.example")));
        assert_eq!(refused.unwrap_err().code, "A0412");
        assert_eq!(wait(engine.users()).unwrap().len(), 1);
    });
}

#[test]
fn a_refused_request_may_be_tried_again_with_its_key() {
    on_both(|engine| {
        wait(engine.create_user(Actor::Operator, request("ana@acme.example"))).unwrap();
        let (keyed_engine, _) = keyed(engine, "k", 1);
        let taken = wait(keyed_engine.create_user(Actor::Operator, request("ANA@acme.example")));
        assert_eq!(taken.unwrap_err().code, "A0605");
        let (keyed_engine, once) = keyed(engine, "k", 2);
        wait(keyed_engine.create_user(Actor::Operator, request("bo@acme.example"))).unwrap();
        assert!(!once.is_replayed());
    });
}

#[test]
fn of_many_at_once_with_one_key_exactly_one_has_an_effect() {
    on_both(|engine| {
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let (engine, once) = keyed(engine, "k", 1);
                std::thread::spawn(move || {
                    let user = engine.create_user(Actor::Operator, request("ana@acme.example"));
                    (wait(user).unwrap(), once.is_replayed())
                })
            })
            .collect();
        let answers: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        assert_eq!(answers.iter().filter(|(_, replayed)| !replayed).count(), 1);
        assert!(answers.iter().all(|(user, _)| *user == answers[0].0));
        assert_eq!(wait(engine.users()).unwrap().len(), 1);
    });
}

#[test]
fn a_key_is_forgotten_after_a_week() {
    store::testing::for_each_database(|database| {
        let engine = Engine::new(database.open(), 1);
        for at in 0..3 {
            let (keyed, _) = keyed(&engine, &format!("k{at}"), at);
            let user = request(&format!("u{at}@acme.example"));
            wait(keyed.create_user(Actor::Operator, user)).unwrap();
        }
        let week = 7_i64 * 24 * 3_600 * 1_000_000;
        database.run_sql(&format!(
            "update idempotency set created_at = created_at - {week} where key <> 'k2'"
        ));
        assert_eq!(wait(engine.forget_old_keys()), Ok(2));
        assert_eq!(wait(engine.forget_old_keys()), Ok(0));
    });
}
