//! One text for one declaration, whatever form it was written in.

use std::fmt::Write as _;

use super::value::{Kind, Value};

impl Value {
    /// Compact JSON with sorted names, for hashing. Paths are their text. A number is written
    /// as a whole number wherever it is one (`1.0` is `1`), because evaluation does the same:
    /// Nix 2.8 writes the float 1.0 as `1`.
    #[must_use]
    pub fn to_canonical_json(&self) -> String {
        let mut text = String::new();
        write(self, &mut text);
        text
    }
}

fn write(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Kind::Int(int) => display(out, int),
        Kind::Float(float) => write_float(*float, out),
        Kind::String(text) | Kind::Path(text) => write_string(text, out),
        Kind::List(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Kind::Set(set) => {
            out.push('{');
            for (position, (name, entry)) in set.entries.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_string(name, out);
                out.push(':');
                write(&entry.value, out);
            }
            out.push('}');
        }
    }
}

fn display(out: &mut String, value: &dyn std::fmt::Display) {
    // Writing to a string has no error to report.
    let _ = write!(out, "{value}");
}

fn write_float(float: f64, out: &mut String) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if float == 0.0 {
        out.push('0');
    } else if float.fract() == 0.0 && float.abs() <= EXACT {
        display(out, &format_args!("{float:.0}"));
    } else {
        display(out, &format_args!("{float:e}"));
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                display(out, &format_args!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
