use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

fn gates(limits: Limits) -> (Gates, Arc<Hands>) {
    let clock = Arc::new(Hands(AtomicI64::new(1000)));
    (Gates::new(clock.clone(), limits), clock)
}

fn lane(target: &str, name: &str) -> Lane {
    Lane { target: target.to_owned(), name: name.to_owned() }
}

async fn dead(gates: &Gates, target: &str) -> Code {
    let work = async { Err::<(), _>(Failure::failed(Code::Unreachable, "refused")) };
    gates.pass(&lane(target, ""), work).await.unwrap_err().code
}

async fn alive(gates: &Gates, target: &str) -> Result<(), Failure> {
    gates.pass(&lane(target, ""), async { Ok(()) }).await
}

#[tokio::test]
async fn a_target_that_fails_rests_and_one_delivery_tries_it_out() {
    let (gates, clock) = gates(Limits::USUAL);
    for _ in 0..5 {
        assert_eq!(dead(&gates, "a").await, Code::Unreachable);
    }
    let failure = alive(&gates, "a").await.unwrap_err();
    assert_eq!(failure.code, Code::Resting);
    assert_eq!(failure.verdict, Verdict::Failed { retry_after: Some(Seconds::new(31)) });
    alive(&gates, "b").await.unwrap();

    clock.0.fetch_add(30, Ordering::SeqCst);
    assert_eq!(dead(&gates, "a").await, Code::Unreachable, "the trial");
    assert_eq!(dead(&gates, "a").await, Code::Resting, "one failed trial is enough");
    clock.0.fetch_add(30, Ordering::SeqCst);
    let target = lane("a", "");
    let probe = gates.pass(&target, async {
        let meanwhile = alive(&gates, "a").await.unwrap_err();
        assert_eq!(meanwhile.code, Code::Resting);
        Ok(())
    });
    probe.await.unwrap();
    for _ in 0..5 {
        alive(&gates, "a").await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_message_is_no_fault_of_the_target() {
    let (gates, _) = gates(Limits::USUAL);
    for _ in 0..9 {
        let work = async { Err::<(), _>(Failure::refused(Code::NotTaken, "400")) };
        assert_eq!(gates.pass(&lane("a", ""), work).await.unwrap_err().code, Code::NotTaken);
    }
}

#[tokio::test]
async fn a_pause_that_was_asked_for_holds_for_its_lane_alone() {
    let (gates, clock) = gates(Limits::USUAL);
    let wait = Some(Seconds::new(20));
    let work = async { Err::<(), _>(Failure::failed(Code::NotNow, "429").after(wait)) };
    gates.pass(&lane("a", "x"), work).await.unwrap_err();
    let again = gates.pass(&lane("a", "x"), async { Ok(()) }).await.unwrap_err();
    assert_eq!(again.code, Code::Resting);
    gates.pass(&lane("a", "y"), async { Ok(()) }).await.unwrap();
    clock.0.fetch_add(20, Ordering::SeqCst);
    gates.pass(&lane("a", "x"), async { Ok(()) }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_target_that_hangs_takes_its_share_and_no_more() {
    let (gates, _) = gates(Limits { at_once: 2, ..Limits::USUAL });
    let hang = || {
        let gates = gates.clone();
        tokio::spawn(async move {
            gates.pass(&lane("slow", ""), std::future::pending::<Result<(), Failure>>()).await
        })
    };
    let (first, second) = (hang(), hang());
    tokio::task::yield_now().await;
    assert_eq!(alive(&gates, "slow").await.unwrap_err().code, Code::Crowded);
    alive(&gates, "healthy").await.unwrap();
    first.abort();
    second.abort();
    assert!(first.await.unwrap_err().is_cancelled() && second.await.unwrap_err().is_cancelled());
    alive(&gates, "slow").await.unwrap();
}

#[tokio::test]
async fn a_dropped_trial_gives_its_place_back() {
    let (gates, clock) = gates(Limits { failures: 1, ..Limits::USUAL });
    dead(&gates, "a").await;
    clock.0.fetch_add(30, Ordering::SeqCst);
    let target = lane("a", "");
    {
        let mut probe =
            Box::pin(gates.pass(&target, std::future::pending::<Result<(), Failure>>()));
        let polled = std::future::poll_fn(|it| std::task::Poll::Ready(probe.as_mut().poll(it)));
        assert!(polled.await.is_pending());
    }
    alive(&gates, "a").await.unwrap();
}
