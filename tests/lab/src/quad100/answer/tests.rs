use super::*;

fn config() -> Config {
    Config::new("tail96fefe.ts.net").host(
        "alpha",
        &[
            IpAddr::from([100, 64, 0, 1]),
            IpAddr::from([0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, 0, 1]),
        ],
    )
}

fn ask(config: &Config, name: &str, kind: RecordType) -> Result<Message> {
    let mut request = Message::query();
    request.metadata.recursion_desired = true;
    request.add_query(Query::query(parse(name)?, kind));
    match answer(&Known::new(config.clone())?, &request) {
        Answer::Own(message) => Ok(message),
        other => Err(Error::Dns(format!("{other:?}"))),
    }
}

fn seen(config: &Config, name: &str, kind: RecordType) -> Result<(ResponseCode, usize, usize)> {
    let m = ask(config, name, kind)?;
    let code = m.metadata.response_code;
    Ok((code, m.answers.len(), m.authorities.len()))
}

#[test]
fn a_known_host() -> Result<()> {
    let config = self::config();
    let name = "Alpha.tail96fefe.ts.net";
    let m = ask(&config, name, RecordType::A)?;
    assert!(m.metadata.authoritative && m.metadata.recursion_available && m.edns.is_none());
    assert_eq!(m.answers[0].ttl, 5);
    assert_eq!(m.queries[0].name().to_string(), format!("{name}."));
    let no_data = |authority| (ResponseCode::NoError, 0, authority);
    assert_eq!(seen(&config, name, RecordType::AAAA)?, no_data(1));
    assert_eq!(seen(&config, name, RecordType::TXT)?, no_data(0));
    let not_implemented = (ResponseCode::NotImp, 0, 0);
    assert_eq!(seen(&config, name, RecordType::NS)?, not_implemented);
    let with_v6 = Config {
        aaaa: true,
        ..config
    };
    for kind in [RecordType::A, RecordType::AAAA, RecordType::ANY] {
        assert_eq!(seen(&with_v6, name, kind)?.1, 1);
    }
    let alone = Config {
        only_v6: true,
        ..self::config()
    };
    assert_eq!(seen(&alone, name, RecordType::A)?.1, 0);
    assert_eq!(seen(&alone, name, RecordType::AAAA)?.1, 1);
    Ok(())
}

#[test]
fn an_unknown_name_depends_on_accept_dns() -> Result<()> {
    let with = config();
    let without = Config {
        accept_dns: false,
        ..config()
    };
    for (name, kind) in [
        ("nope.tail96fefe.ts.net", RecordType::A),
        ("9.9.64.100.in-addr.arpa", RecordType::PTR),
    ] {
        assert_eq!(seen(&with, name, kind)?, (ResponseCode::NXDomain, 0, 1));
        assert_eq!(seen(&without, name, kind)?, (ResponseCode::ServFail, 0, 0));
    }
    let elsewhere = seen(&with, "example.com", RecordType::A)?;
    assert_eq!(elsewhere.0, ResponseCode::ServFail);
    let bonjour = seen(&without, "lb._dns-sd._udp.example.com", RecordType::PTR)?;
    assert_eq!(bonjour.0, ResponseCode::NXDomain);
    Ok(())
}

#[test]
fn a_reverse_name() -> Result<()> {
    let m = ask(&config(), "1.0.64.100.in-addr.arpa", RecordType::PTR)?;
    assert_eq!(m.answers[0].data.to_string(), "alpha.tail96fefe.ts.net.");
    Ok(())
}

#[test]
fn older_releases_cache_long_and_send_no_soa() -> Result<()> {
    let old = Config {
        release: Release::Before1_102_3,
        ..config()
    };
    let m = ask(&old, "alpha.tail96fefe.ts.net", RecordType::A)?;
    assert_eq!(m.answers[0].ttl, 600);
    let unknown = seen(&old, "nope.tail96fefe.ts.net", RecordType::A)?;
    assert_eq!(unknown, (ResponseCode::NXDomain, 0, 0));
    Ok(())
}

#[test]
fn with_name_servers_other_names_are_theirs() -> Result<()> {
    let others = |config: &Config, name: &str, kind| {
        let mut request = Message::query();
        request.add_query(Query::query(parse(name)?, kind));
        let known = Known::new(config.clone())?;
        Ok::<_, Error>(matches!(answer(&known, &request), Answer::Others))
    };
    let with = Config {
        name_servers: vec![([10, 10, 10, 100], 53).into()],
        ..config()
    };
    assert!(others(&with, "example.com", RecordType::A)?);
    // Only addresses have names.
    let member = "alpha.tail96fefe.ts.net";
    assert!(others(&with, member, RecordType::PTR)?);
    for own in [member, "nope.tail96fefe.ts.net", "alpha", "x.onion"] {
        assert!(!others(&with, own, RecordType::A)?, "{own}");
    }
    let without_magic_dns = Config {
        magic_dns: false,
        ..with.clone()
    };
    assert!(!others(&without_magic_dns, member, RecordType::A)?);
    for name in ["nope.tail96fefe.ts.net", "alpha"] {
        assert!(others(&without_magic_dns, name, RecordType::A)?, "{name}");
    }
    let without_settings = Config {
        accept_dns: false,
        ..with
    };
    assert!(!others(&without_settings, "example.com", RecordType::A)?);
    assert!(!others(&config(), "example.com", RecordType::A)?);
    Ok(())
}
