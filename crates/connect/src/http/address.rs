//! Which addresses belong to the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// Anybody's.
    Public,
    /// This machine or its own networks: only where the operator allows it.
    Private,
    /// Never a receiver of messages: link-local, multicast, reserved, metadata of clouds.
    Never,
}

/// Metadata and control addresses of clouds that lie in ranges that look harmless.
const CLOUD_V4: [Ipv4Addr; 2] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)];
const CLOUD_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// The range of `address`, looking through the ways to write a v4 address as v6.
pub(super) fn range(address: IpAddr) -> Range {
    match address {
        IpAddr::V4(it) => range_v4(it),
        IpAddr::V6(it) => match embedded(it) {
            Some(inner) => range_v4(inner),
            None => range_v6(it),
        },
    }
}

fn range_v4(it: Ipv4Addr) -> Range {
    if CLOUD_V4.contains(&it) {
        return Range::Never;
    }
    match it.octets() {
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
            Range::Private
        }
        [0, ..] | [169, 254, ..] | [224..=255, ..] => Range::Never,
        // Protocol assignments, documentation, 6to4 relays, benchmarks.
        [192, 0, 0 | 2, _] | [192, 88, 99, _] => Range::Never,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => Range::Never,
        _ => Range::Public,
    }
}

fn range_v6(it: Ipv6Addr) -> Range {
    if it == CLOUD_V6 {
        return Range::Never;
    }
    match it.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff, ..] => Range::Private,
        // Tunnels, benchmarks, identifiers and documentation inside the unicast block.
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Range::Never,
        [0x2000..=0x3fff, ..] => Range::Public,
        _ => Range::Never,
    }
}

/// The v4 address inside: mapped, compatible, translated (NAT64) or 6to4.
fn embedded(it: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Ipv4Addr::new(a, b, c, d)
    };
    match it.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(range_wanted: Range, addresses: &[&str]) {
        for it in addresses {
            assert_eq!(range(it.parse().unwrap()), range_wanted, "{it}");
        }
    }

    #[test]
    fn hosts_of_others_are_public() {
        all(Range::Public, &["1.1.1.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "100.128.0.1"]);
        all(
            Range::Public,
            &["2606:4700:4700::1111", "2a00::1", "64:ff9b::101:101", "2002:101:101::"],
        );
    }

    #[test]
    fn machines_of_the_house_are_private_in_each_form() {
        all(Range::Private, &["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"]);
        all(Range::Private, &["::1", "fd00::1", "::ffff:127.0.0.1", "::127.0.0.1"]);
        all(Range::Private, &["::ffff:0:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]);
    }

    #[test]
    fn metadata_and_reserved_ranges_are_never_reached() {
        all(
            Range::Never,
            &["0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "240.0.0.1"],
        );
        all(Range::Never, &["100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"]);
        all(Range::Never, &["::", "fe80::1", "fec0::1", "ff02::1", "fd00:ec2::254", "100::1"]);
        all(Range::Never, &["2001:db8::1", "2001::1", "3fff::1", "64:ff9b:1::1", "5f00::1"]);
        all(Range::Never, &["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"]);
    }
}
