//! Where pupils reach this machine: the addresses of its adapters, the likeliest first, and names that the teacher gives.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

/// Time between two looks whether the addresses of this machine have changed.
pub const LOOK: Duration = Duration::from_secs(4);

/// How the address begins that is shown when no other machine can reach this one.
const OWN: &str = "http://127.0.0.1:";

/// What kind of network an adapter leads to, by its name: the likelier it is that pupils are there, the higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum AddressKind {
    /// Containers and virtual machines on this machine.
    Virtual,
    /// A tunnel into a network elsewhere, or a mobile link.
    Tunnel,
    /// A network in which nothing hands out addresses.
    Bare,
    /// Its name says nothing.
    Other,
    /// A cable.
    Wired,
    /// Wireless.
    Wireless,
}

impl AddressKind {
    /// What the name of an adapter tells, on Linux, macOS and Windows.
    fn of(adapter: &Adapter) -> Self {
        let name = adapter.name.to_lowercase();
        let begins = |with: &[&str]| with.iter().any(|with| name.starts_with(with));
        let has = |part: &[&str]| part.iter().any(|part| name.contains(part));
        if begins(&[
            "docker",
            "br-",
            "veth",
            "virbr",
            "vmnet",
            "vbox",
            "vethernet",
            "lxc",
            "lxd",
            "podman",
            "cni",
            "incus",
        ]) || has(&["virtualbox", "vmware", "hyper-v", "wsl"])
        {
            Self::Virtual
        } else if adapter.is_tunnel
            || begins(&["tun", "tap", "wg", "ppp", "utun", "ipsec", "tailscale", "zt", "nordlynx", "ww", "gpd"])
            || has(&["vpn", "wireguard", "cellular", "mobile", "tunnel"])
            || is_shared(adapter.ip)
        {
            Self::Tunnel
        } else if matches!(adapter.ip, IpAddr::V4(ip) if ip.is_link_local()) {
            Self::Bare
        } else if begins(&["wl", "wi-fi", "wifi", "wireless", "ath", "ap"]) || has(&["wlan", "wireless"]) {
            Self::Wireless
        } else if begins(&["en", "eth", "em", "local area connection"]) {
            Self::Wired
        } else {
            Self::Other
        }
    }

    /// The same in words.
    fn words(self) -> &'static str {
        match self {
            Self::Virtual => "containers or virtual machines on this computer",
            Self::Tunnel => "VPN or mobile link",
            Self::Bare => "network without addresses of its own",
            Self::Other => "network",
            Self::Wired => "cable",
            Self::Wireless => "WLAN",
        }
    }
}

/// Whether an address is of the range that providers, and some VPNs, share among their customers (RFC 6598).
fn is_shared(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64)
}

/// An address of an adapter of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Its name, as the system calls it.
    pub name: String,
    /// One of its addresses.
    pub ip: IpAddr,
    /// Whether it leads to one other machine only.
    pub is_tunnel: bool,
}

/// An address at which pupils may reach this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// What they type: `http://192.168.1.5:8080`.
    pub join: String,
    /// The name of its adapter; empty if the teacher gave the address.
    pub adapter: String,
    /// What kind of network that is, in words.
    pub words: &'static str,
}

/// The addresses of all adapters that are on.
///
/// # Errors
/// When the system does not tell.
pub fn adapters() -> std::io::Result<Vec<Adapter>> {
    let all = if_addrs::get_if_addrs()?;
    let on = all.into_iter().filter(|each| each.oper_status == if_addrs::IfOperStatus::Up);
    Ok(on.map(|each| Adapter { ip: each.ip(), is_tunnel: each.is_p2p(), name: each.name }).collect())
}

/// The address from which this machine would call somebody elsewhere. Nothing is sent; `None` without a way there.
fn outward() -> Option<IpAddr> {
    // Addresses that belong to nobody (RFC 5737, RFC 3849).
    let nobody = [
        (IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv4Addr::new(192, 0, 2, 1))),
        (IpAddr::from(Ipv6Addr::UNSPECIFIED), IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
    ];
    nobody.into_iter().find_map(|(own, other)| {
        let socket = UdpSocket::bind((own, 0)).ok()?;
        socket.connect((other, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    })
}

/// The addresses that pupils could use, the likeliest first. `outward` is the one from which this machine calls others.
pub fn ranked(adapters: &[Adapter], outward: Option<IpAddr>, port: u16) -> Vec<ServerAddress> {
    let usable = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_unspecified(),
        // Browsers cannot be given the adapter that a link-local address needs.
        IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unspecified() && !ip.is_unicast_link_local(),
    };
    let mut found: Vec<_> = adapters.iter().filter(|adapter| usable(adapter.ip)).collect();
    found.sort_by_key(|adapter| {
        let kind = AddressKind::of(adapter);
        // Real networks come before all others; there the short addresses first, and then the one of the way out.
        let rank = (
            kind > AddressKind::Bare,
            adapter.ip.is_ipv4(),
            Some(adapter.ip) == outward && kind > AddressKind::Bare,
            kind,
        );
        (std::cmp::Reverse(rank), adapter.name.clone(), adapter.ip)
    });
    let mut all: Vec<ServerAddress> = Vec::new();
    for adapter in found {
        let join = format!("http://{}", SocketAddr::new(adapter.ip, port));
        if all.iter().all(|known| known.join != join) {
            all.push(ServerAddress { join, adapter: adapter.name.clone(), words: AddressKind::of(adapter).words() });
        }
    }
    all
}

/// Names under which a server answers, beside the addresses at which it is reached: `laptop.local:8080`.
#[derive(Clone, Debug, Default)]
pub struct Names(Arc<[String]>);

impl Names {
    /// Whether one of them is meant.
    pub fn know(&self, host: &str) -> bool {
        let meant = |name: &String| {
            // Browsers leave out the standard port.
            name.eq_ignore_ascii_case(host)
                || name.strip_suffix(":80").is_some_and(|short| short.eq_ignore_ascii_case(host))
        };
        self.0.iter().any(meant)
    }
}

/// Reads an address or a name that a teacher gives, with or without a port: `192.168.1.5`, `[fd00::1]:80`, `laptop.local`.
///
/// # Errors
/// When it is none: a sentence.
pub fn authority(text: &str, port: u16) -> Result<String, String> {
    let wrong = || {
        format!(
            "`{text}` is no address: write it like 192.168.1.5, 192.168.1.5:80, fd00::1, [fd00::1]:80 or laptop.local"
        )
    };
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, port).to_string());
    }
    if let Ok(at) = text.parse::<SocketAddr>() {
        return if at.port() > 0 { Ok(at.to_string()) } else { Err(wrong()) };
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().ok().filter(|&port: &u16| port > 0).ok_or_else(wrong)?),
        None => (text, port),
    };
    // Parts of letters, digits and hyphens, as in any name of the internet; the last has a letter.
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    let named =
        name.len() <= 253 && name.split('.').all(part) && last.bytes().any(|letter| letter.is_ascii_alphabetic());
    if named { Ok(format!("{}:{port}", name.to_ascii_lowercase())) } else { Err(wrong()) }
}

/// Where pupils reach this server.
pub struct Addresses {
    port: u16,
    /// Whether other machines can reach it.
    lan: bool,
    given: Vec<String>,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    all: Vec<ServerAddress>,
    chosen: String,
    /// What has changed, in a sentence.
    changed: Option<String>,
}

impl Addresses {
    /// The addresses now. Those that the teacher gives come first, each as [`authority`] reads it.
    pub fn new(port: u16, lan: bool, given: Vec<String>) -> Self {
        let addresses = Self { port, lan, given, found: Mutex::default() };
        addresses.look();
        addresses
    }

    /// One address that never changes.
    pub fn fixed(join: String) -> Self {
        let found = Found { all: Vec::new(), chosen: join, changed: None };
        Self { port: 0, lan: false, given: Vec::new(), found: Mutex::new(found) }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Found) -> T) -> T {
        look(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The names under which the server answers too.
    pub fn names(&self) -> Names {
        Names(self.given.clone().into())
    }

    /// The address that pupils are shown.
    pub fn join(&self) -> String {
        self.with(|found| found.chosen.clone())
    }

    /// Why nobody but this machine can join, and what to do about it, in sentences; `None` if others can, or if the teacher
    /// has given an address.
    pub fn alone(&self) -> Option<&'static str> {
        let own = self.join().starts_with(OWN) && self.given.is_empty() && self.port != 0;
        own.then_some(if self.lan {
            "Only this computer can join: it is in no network. Connect it to the network of the phones."
        } else {
            "Only this computer can join. Start with `--lan` so that phones can."
        })
    }

    /// All that they could use.
    pub fn all(&self) -> Vec<ServerAddress> {
        self.with(|found| found.all.clone())
    }

    /// Looks at the adapters again; whether anything has changed.
    pub fn look(&self) -> bool {
        if self.port == 0 {
            return false;
        }
        // A system that does not tell its adapters may still know its way out.
        let adapters = if self.lan { adapters().unwrap_or_default() } else { Vec::new() };
        let outward = outward().filter(|_| self.lan);
        let known = adapters.iter().any(|adapter| Some(adapter.ip) == outward);
        let unnamed = outward.filter(|_| !known).map(|ip| Adapter { name: "network".into(), ip, is_tunnel: false });
        let adapters: Vec<Adapter> = adapters.into_iter().chain(unnamed).collect();
        self.take(&adapters, outward)
    }

    fn take(&self, adapters: &[Adapter], outward: Option<IpAddr>) -> bool {
        let given = self.given.iter().map(|authority| ServerAddress {
            join: format!("http://{}", authority.strip_suffix(":80").unwrap_or(authority)),
            adapter: String::new(),
            words: "as you gave it",
        });
        let mut all: Vec<ServerAddress> = given.chain(ranked(adapters, outward, self.port)).collect();
        if all.is_empty() {
            let own = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
            let words = if self.lan { "this computer only: it is in no network" } else { "this computer only" };
            all.push(ServerAddress { join: format!("http://{own}"), adapter: String::new(), words });
        }
        self.with(|found| {
            if found.all == all {
                return false;
            }
            let there = all.iter().any(|each| each.join == found.chosen);
            let before = found.chosen.clone();
            // Nobody is sent elsewhere for as long as the address is good.
            if !there {
                found.chosen.clone_from(&all[0].join);
            }
            if !before.is_empty() && found.chosen != before {
                found.changed = Some(moved(&before, &found.chosen));
            }
            found.all = all;
            true
        })
    }

    /// Shows pupils another address of the list; whether there is such a one.
    pub fn choose(&self, join: &str) -> bool {
        self.with(|found| {
            let there = found.all.iter().any(|each| each.join == join);
            if there {
                (found.chosen, found.changed) = (join.to_owned(), None);
            }
            there
        })
    }

    /// The line that tells the teacher.
    pub fn line(&self) -> Value {
        self.with(|found| {
            let list =
                found.all.iter().map(|each| json!({"join": each.join, "adapter": each.adapter, "words": each.words}));
            json!({
                "kind": "addresses", "schema": 1, "chosen": found.chosen, "list": list.collect::<Vec<_>>(),
                "changed": found.changed,
            })
        })
    }
}

/// What the teacher is told when pupils reach the server elsewhere than before.
fn moved(before: &str, now: &str) -> String {
    if now.starts_with(OWN) {
        "This computer is in no network any more, so no phone reaches it: connect it to the network of the phones."
            .into()
    } else if before.starts_with(OWN) {
        format!("This computer is in a network now: phones join at {now}.")
    } else {
        format!(
            "The address of this computer has changed: {before} no longer leads here. Phones that do not come back by \
             themselves join again at {now}, each with its name and PIN."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, ip: &str) -> Adapter {
        Adapter { name: name.into(), ip: ip.parse().unwrap(), is_tunnel: false }
    }

    fn order(adapters: &[(&str, &str)], outward: Option<&str>) -> Vec<String> {
        let adapters: Vec<Adapter> = adapters.iter().map(|(name, ip)| adapter(name, ip)).collect();
        ranked(&adapters, outward.map(|ip| ip.parse().unwrap()), 8080).into_iter().map(|each| each.join).collect()
    }

    #[test]
    fn the_likeliest_address_is_where_pupils_are() {
        let school = ("wlp2s0", "192.168.7.20");
        // No way out: what used to show 127.0.0.1.
        assert_eq!(order(&[("lo", "127.0.0.1"), school], None), ["http://192.168.7.20:8080"]);
        // The way out leads through a VPN.
        for vpn in ["tun0", "wg0", "utun4", "ppp0", "tailscale0", "ProtonVPN"] {
            assert_eq!(order(&[(vpn, "10.8.0.2"), school], Some("10.8.0.2"))[0], "http://192.168.7.20:8080", "{vpn}");
        }
        assert_eq!(order(&[("ts", "100.101.7.7"), school], Some("100.101.7.7"))[0], "http://192.168.7.20:8080");
        // Bridges of containers and virtual machines.
        for bridge in ["docker0", "br-1a2b3c", "virbr0", "vboxnet0", "vEthernet (WSL)", "VMware Network Adapter VMnet8"]
        {
            let all = order(&[(bridge, "172.17.0.1"), school], None);
            assert_eq!(all, ["http://192.168.7.20:8080", "http://172.17.0.1:8080"], "{bridge}");
        }
        // Cable and wireless: the one of the way out, without one the wireless.
        let both = [("enp3s0", "10.0.0.5"), school];
        assert_eq!(order(&both, Some("10.0.0.5"))[0], "http://10.0.0.5:8080");
        assert_eq!(order(&both, None)[0], "http://192.168.7.20:8080");
        // A cable on which nobody hands out addresses comes after all that have one, and before what leads elsewhere.
        let bare = [("eth0", "169.254.3.4"), ("tun0", "10.8.0.2"), ("Wi-Fi", "10.1.1.1")];
        assert_eq!(order(&bare, None), ["http://10.1.1.1:8080", "http://169.254.3.4:8080", "http://10.8.0.2:8080"]);
    }

    #[test]
    fn a_network_of_ipv6_alone_has_an_address_and_link_local_ones_are_none() {
        let six = [("wlan0", "fe80::1"), ("wlan0", "fd12:3::5"), ("lo", "::1")];
        assert_eq!(order(&six, None), ["http://[fd12:3::5]:8080"]);
        assert_eq!(order(&[("wlan0", "fe80::1")], None), [""; 0]);
        let both = [("wlan0", "2001:db8:9::5"), ("wlan0", "192.168.1.5"), ("tun0", "10.8.0.2")];
        let all = order(&both, Some("10.8.0.2"));
        assert_eq!(all, ["http://192.168.1.5:8080", "http://[2001:db8:9::5]:8080", "http://10.8.0.2:8080"]);
    }

    #[test]
    fn a_given_address_comes_first_and_is_answered() {
        let read = |text: &str| authority(text, 8080);
        for (text, is) in [
            ("192.168.1.5", "192.168.1.5:8080"),
            ("192.168.1.5:80", "192.168.1.5:80"),
            ("fd00::1", "[fd00::1]:8080"),
            ("[fd00::1]:80", "[fd00::1]:80"),
            ("Laptop.local", "laptop.local:8080"),
            ("school:443", "school:443"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(is));
        }
        for wrong in ["", "http://x", "a b", "-a.local", "1.2.3", "1.2.3.4:0", "a:b", "a:99999", "a..b", "a/b", "a:1:2"]
        {
            assert!(read(wrong).is_err_and(|said| said.contains("192.168.1.5")), "{wrong}");
        }
        let given = vec![authority("laptop.local:80", 8080).unwrap()];
        let addresses = Addresses { port: 8080, lan: true, given, found: Mutex::default() };
        addresses.take(&[adapter("eth0", "10.0.0.5")], None);
        assert_eq!(addresses.join(), "http://laptop.local");
        let names = addresses.names();
        assert!(names.know("laptop.local") && names.know("LAPTOP.local:80"));
        assert!(!names.know("laptop.local:8080") && !names.know("evil.example") && !names.know("10.0.0.5:8080"));
    }

    #[test]
    fn whoever_starts_without_a_network_is_told_that_phones_cannot_join() {
        let alone = Addresses { port: 8080, lan: false, given: Vec::new(), found: Mutex::default() };
        alone.take(&[], None);
        assert!(alone.alone().is_some_and(|said| said.contains("Start with `--lan` so that phones can")));
        let forwarded = Addresses { given: vec!["school.example:8080".into()], ..alone };
        forwarded.take(&[], None);
        assert_eq!((&*forwarded.join(), forwarded.alone()), ("http://school.example:8080", None));
        assert_eq!(Addresses::fixed("http://127.0.0.1:80".into()).alone(), None);
    }

    #[test]
    fn a_change_is_told_and_what_was_chosen_is_kept_while_it_is_there() {
        let addresses = Addresses { port: 8080, lan: true, given: Vec::new(), found: Mutex::default() };
        let (wlan, cable) = (adapter("wlan0", "192.168.1.5"), adapter("eth0", "10.0.0.5"));
        assert!(addresses.take(&[], None));
        assert_eq!(addresses.join(), "http://127.0.0.1:8080");
        let alone = "Only this computer can join: it is in no network. Connect it to the network of the phones.";
        assert_eq!(addresses.alone(), Some(alone));
        assert!(
            addresses.take(std::slice::from_ref(&wlan), None) && !addresses.take(std::slice::from_ref(&wlan), None)
        );
        let said = |addresses: &Addresses| addresses.line()["changed"].as_str().unwrap_or_default().to_owned();
        assert_eq!(addresses.alone(), None);
        assert!(said(&addresses).contains("is in a network now: phones join at http://192.168.1.5:8080"));
        assert_eq!(addresses.join(), "http://192.168.1.5:8080");
        assert!(addresses.take(&[wlan.clone(), cable.clone()], None));
        assert_eq!(addresses.join(), "http://192.168.1.5:8080", "nobody is sent elsewhere without need");
        assert!(!addresses.choose("http://evil.example") && addresses.choose("http://10.0.0.5:8080"));
        assert_eq!(addresses.line()["changed"], Value::Null);
        assert!(addresses.take(&[wlan], None));
        let line = addresses.line();
        assert_eq!(line["chosen"], "http://192.168.1.5:8080");
        assert!(said(&addresses).contains("http://10.0.0.5:8080 no longer leads here"), "{line}");
        assert!(addresses.take(&[], None) && said(&addresses).contains("is in no network any more"));
    }
}
