//! What strangers send to us is read without panic and believed only when it is signed.

use connect::slack::{self, interaction};
use connect::webhook::{SigningSecret, signature};
use connect::{Roots, Secret, sms};
use proptest::prelude::*;

proptest! {
    #[test]
    fn nothing_unsigned_is_believed(
        id in ".*", at in "-?[0-9]{0,20}|.*", sign in "v[01][,=]?[A-Za-z0-9+/=]{0,90}|.*",
        body in proptest::collection::vec(any::<u8>(), 0..300), now in any::<i64>(),
    ) {
        let secret = Secret::new("sesame");
        prop_assert!(slack::signature::verify(&secret, &at, &sign, &body, now).is_err());
        prop_assert!(sms::verify(&secret, &id, &sign, &body).is_err());
        let secrets = [SigningSecret::generate().unwrap()];
        prop_assert!(signature::verify(&secrets, &id, &at, &sign, &body, now).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = interaction(&body);
        let _ = interaction(&[b"payload=", body.as_slice()].concat());
        prop_assert!(Roots::public().with_pem(&body).is_err());
    }

    #[test]
    fn broken_payloads_are_read_without_panic(cut in 0..400usize, with in "[{}\\[\\]\",:a1]{0,3}") {
        let whole = r#"{"type":"block_actions","user":{"id":"U1"},"trigger_id":"t","channel":{"id":"C1"},
            "container":{"message_ts":"1"},"actions":[{"action_id":"accept","value":"h"}]}"#;
        let cut = whole.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(whole.len());
        let text = format!("{}{with}{}", &whole[..cut], &whole[cut..]);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &text)
            .finish();
        let _ = interaction(form.as_bytes());
    }
}
