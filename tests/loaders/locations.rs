//! Where values and names are said to stand.

use tailwright::declaration::positions::{apply_positions, parse};
use tailwright::declaration::source::Source;
use tailwright::declaration::value::{Kind, Location, Set, Value};

use super::{json, nix, source};

fn set(value: &Value) -> &Set {
    match &value.kind {
        Kind::Set(set) => set,
        other => panic!("{other:?}"),
    }
}

fn at(location: &Location) -> (u32, u32) {
    (location.line, location.column)
}

/// Name and value of an attribute below sets.
fn places(value: &Value, path: &[&str]) -> ((u32, u32), (u32, u32)) {
    let (last, parents) = path.split_last().unwrap();
    let inner = parents
        .iter()
        .fold(value, |value, &name| &set(value).entries[name].value);
    let entry = &set(inner).entries[*last];
    (at(&entry.key), at(&entry.value.location))
}

#[test]
fn a_nix_value_is_where_its_expression_is_written() {
    let text = "let s = \"é\";\n  t = { x = [ 1 ]; };\nin {\n  a = s; b.\"c.d\" = 1;\n  inherit s; inherit (t) x;\n  u = { e = 1; } // { y = s; };\n}";
    let value = nix(text).unwrap();
    assert_eq!(places(&value, &["a"]), ((4, 3), (1, 9)));
    assert_eq!(places(&value, &["b"]), ((4, 10), (4, 10)));
    assert_eq!(places(&value, &["b", "c.d"]), ((4, 12), (4, 20)));
    assert_eq!(places(&value, &["s"]), ((5, 11), (1, 9)));
    assert_eq!(places(&value, &["x"]), ((5, 26), (2, 13)));
    assert_eq!(places(&value, &["u", "y"]), ((6, 23), (1, 9)));
    let span = set(&value).entries["a"]
        .value
        .location
        .span
        .clone()
        .unwrap();
    assert_eq!(&text[span], "\"é\"");
}

#[test]
fn columns_count_characters() {
    let value = json("{\"ключ\": \"é\", \"b\":\t[1, {\"c\": 2.5}]}").unwrap();
    assert_eq!(places(&value, &["ключ"]), ((1, 2), (1, 10)));
    assert_eq!(places(&value, &["b"]), ((1, 15), (1, 20)));
    let value = nix("{ a = /* é€𝄞 */ 1; }").unwrap();
    assert_eq!(places(&value, &["a"]), ((1, 3), (1, 17)));
}

#[test]
fn the_first_of_repeated_names_counts() {
    let value = json("{\"a\":1,\n\"b\":2,\"\\u0061\":3}").unwrap();
    assert_eq!(value.to_canonical_json(), r#"{"a":1,"b":2}"#);
    let [(name, location)] = set(&value).repeated.as_slice() else {
        panic!("{value:?}")
    };
    assert_eq!((name.as_str(), at(location)), ("a", (2, 7)));
}

#[test]
fn json_and_nix_give_the_same_tree() {
    let from_json = json(r#"{"b":[1,-2.5,null,true],"a":{"x.y":"é\n\"\\\u0000","p":"s/h.yaml"}}"#);
    let text =
        "{ a = { \"x.y\" = \"é\\n\\\"\\\\\"; p = \"s/h.yaml\"; }; b = [ 1 (-2.5) null true ]; }";
    let from_json = from_json.unwrap().to_canonical_json();
    assert_eq!(
        from_json.replace("\\u0000", ""),
        nix(text).unwrap().to_canonical_json()
    );
    let with_path = nix("{ p = ./s/../s/h.yaml; }").unwrap();
    assert_eq!(with_path.to_canonical_json(), r#"{"p":"s/h.yaml"}"#);
}

#[test]
fn positions_replace_those_of_generated_json() {
    let mut value =
        json(r#"{"nodes":{"lab.alpha":{"tags":["x"]},"lost":1},"e":[{"from":1},2]}"#).unwrap();
    let positions = r#"{"version":1,"files":["flake.nix","nodes.nix"],"positions":[{
        "nodes":[0,12,5,{"lab.alpha":[1,3,7,{"tags":[1,4,9]}],"lost":[],"gone":[0,1,1]}],
        "e":[0,20,5,[[{"from":[0,21,7]}]]]}]}"#;
    apply_positions(&mut value, &parse(&source("p.json", positions)).unwrap());
    assert_eq!(value.location.to_string(), "flake.nix:1:1");
    let nodes = &set(&value).entries["nodes"].value;
    let alpha = &set(nodes).entries["lab.alpha"];
    assert_eq!(alpha.key.to_string(), "nodes.nix:3:7");
    assert_eq!(alpha.key.span, None);
    let Kind::List(tags) = &set(&alpha.value).entries["tags"].value.kind else {
        panic!()
    };
    assert_eq!(tags[0].location.to_string(), "nodes.nix:4:9");
    assert_eq!(set(nodes).entries["lost"].key.to_string(), "flake.nix:12:5");
    let Kind::List(items) = &set(&value).entries["e"].value.kind else {
        panic!()
    };
    assert_eq!(
        set(&items[0]).entries["from"].key.to_string(),
        "flake.nix:21:7"
    );
    assert_eq!(items[1].location.to_string(), "flake.nix:20:5");
}

#[test]
fn malformed_positions_are_refused() {
    for (text, message) in [
        ("[]", "invalid type: sequence, expected a map"),
        (
            "{\"version\":2}",
            "their version is 2, this program knows 1",
        ),
        ("{}", "`version` is not there or not a number"),
        (
            r#"{"version":1,"files":[1],"positions":[]}"#,
            "`files` is no list of strings",
        ),
        (r#"{"version":1,"files":[]}"#, "`positions` is not there"),
        (
            r#"{"version":1,"files":[],"positions":[{"a":{}}]}"#,
            "no array at [\"a\"]",
        ),
        (
            r#"{"version":1,"files":[],"positions":[0,1,1]}"#,
            "no file of the list, line from 1",
        ),
        (
            r#"{"version":1,"files":["f"],"positions":[0,0,1]}"#,
            "line from 1",
        ),
        (
            r#"{"version":1,"files":["f"],"positions":[0,1]}"#,
            "neither three numbers nor one",
        ),
    ] {
        let error = parse(&source("p.json", text)).unwrap_err();
        assert!(error.message().contains(message), "{error}");
        assert!(error.to_string().starts_with("p.json:1:"), "{error}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_stand() {
    let error = Source::from_bytes("x.nix", b"{\n \xc3\xa9 \xff }".to_vec())
        .unwrap_err()
        .remove(0);
    assert_eq!(
        error.to_string(),
        "x.nix:2:4: byte 6 of the file is not UTF-8"
    );
}
