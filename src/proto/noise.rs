//! Hostile input for the codecs' tests.

/// Calls `parse` with every prefix of `sample`, with every octet of it changed, and with noise.
pub(super) fn torture(sample: &[u8], mut parse: impl FnMut(&[u8])) {
    (0..=sample.len()).for_each(|end| parse(&sample[..end]));
    let mut random = Xorshift(0x9e37_79b9_7f4a_7c15);
    let mut changed = sample.to_vec();
    for index in 0..sample.len() {
        for value in [0, 0xff, random.next_octet()] {
            changed[index] = value;
            parse(&changed);
        }
        changed[index] = sample[index];
    }
    for round in 0..4_000_usize {
        let mut noise: Vec<u8> = (0..round % 300).map(|_| random.next_octet()).collect();
        let kept = round % (sample.len() + 1);
        parse(&noise);
        noise.splice(0..0, sample[..kept].iter().copied());
        parse(&noise);
    }
}

/// Marsaglia's xorshift: the same noise in every run.
struct Xorshift(u64);

impl Xorshift {
    fn next_octet(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.to_be_bytes()[2]
    }
}

/// The octets of a hex string; white space is ignored.
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
