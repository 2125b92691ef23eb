//! Choices from a seed, and fewer of them.
//!
//! A case is made of [`COUNT`] bytes. What a byte chooses depends on its place alone, and zero chooses the
//! simplest: a case shrinks by zeros, and stays the same otherwise.

/// How many choices a case has.
pub(crate) const COUNT: usize = 320;

/// The choices of a case.
pub(crate) type Bytes = [u8; COUNT];

/// The choices that a seed makes (`SplitMix64`, Steele, Lea and Flood 2014).
pub(crate) fn of_seed(seed: u64) -> Bytes {
    let mut state = seed;
    let mut bytes = [0; COUNT];
    for chunk in bytes.chunks_mut(8) {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let all = z.to_le_bytes();
        chunk.copy_from_slice(&all[..chunk.len()]);
    }
    bytes
}

/// Some of a case's bytes, taken one by one.
pub(crate) struct Choices<'b>(std::slice::Iter<'b, u8>);

impl<'b> Choices<'b> {
    /// The bytes of one thing: the `n`th block of this length behind `start`.
    pub(crate) fn block(bytes: &'b Bytes, start: usize, length: usize, n: usize) -> Self {
        Self(bytes[start + n * length..start + (n + 1) * length].iter())
    }

    /// One of so many, the first where the byte is zero.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let byte = self.0.next().copied().unwrap_or_default();
        usize::from(byte) % count.max(1)
    }

    /// True once in `count` times.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    /// One of these.
    pub(crate) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// The smallest case that still fails: bytes are made zero, many at once and then fewer. `fails` is asked
/// of no case twice, which `key` tells apart, and at most `most` times.
pub(crate) fn shrink<K: Ord>(
    bytes: Bytes,
    most: usize,
    key: impl Fn(&Bytes) -> K,
    mut fails: impl FnMut(&Bytes) -> bool,
) -> Bytes {
    let mut best = bytes;
    let mut known = std::collections::BTreeSet::from([key(&best)]);
    let mut left = most;
    let mut length = COUNT / 2;
    while length > 0 {
        for start in (0..COUNT).step_by(length) {
            let end = (start + length).min(COUNT);
            let mut smaller = best;
            smaller[start..end].fill(0);
            if smaller == best || !known.insert(key(&smaller)) {
                continue;
            }
            if left == 0 {
                return best;
            }
            left -= 1;
            if fails(&smaller) {
                best = smaller;
            }
        }
        length /= 2;
    }
    best
}

/// What shrinks does so to what is needed, and no further.
pub(crate) fn shrinks_to_what_matters() -> Result<(), String> {
    let fails = |bytes: &Bytes| bytes[7] % 4 == 3 && bytes[200] > 9;
    let seed = (0..10_000).find(|seed| fails(&of_seed(*seed)));
    let Some(seed) = seed else {
        return Err("no seed fails".to_owned());
    };
    let small = shrink(of_seed(seed), 1_000, |bytes| bytes.to_vec(), fails);
    let left: Vec<usize> = (0..COUNT).filter(|n| small[*n] != 0).collect();
    if left == [7, 200] {
        Ok(())
    } else {
        Err(format!("{left:?} are left of seed {seed}"))
    }
}
