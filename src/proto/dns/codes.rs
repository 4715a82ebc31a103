//! DNS numbers with their IANA mnemonics.

use std::fmt;

/// A response code, 12 bits with EDNS (RFC 6895 §2.3); unknown ones survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rcode(pub u16);

/// The type of a record or question; unknown ones survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordType(pub u16);

macro_rules! mnemonics {
    ($kind:ident, $unknown:literal, $($constant:ident = $number:literal $name:literal,)*) => {
        impl $kind {
            $(#[doc = concat!("`", $name, "` (", stringify!($number), ").")]
            pub const $constant: Self = Self($number);)*
        }

        impl fmt::Display for $kind {
            #[doc = concat!("The IANA mnemonic, else `", $unknown, "` and the number.")]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $($number => f.write_str($name),)*
                    other => write!(f, "{}{other}", $unknown),
                }
            }
        }
    };
}

mnemonics! { Rcode, "RCODE",
    NO_ERROR = 0 "NoError",
    FORM_ERR = 1 "FormErr",
    SERV_FAIL = 2 "ServFail",
    NX_DOMAIN = 3 "NXDomain",
    NOT_IMP = 4 "NotImp",
    REFUSED = 5 "Refused",
    YX_DOMAIN = 6 "YXDomain",
    YX_RR_SET = 7 "YXRRSet",
    NX_RR_SET = 8 "NXRRSet",
    NOT_AUTH = 9 "NotAuth",
    NOT_ZONE = 10 "NotZone",
    DSO_TYPE_NI = 11 "DSOTYPENI",
    BAD_VERS = 16 "BADVERS",
    BAD_COOKIE = 23 "BADCOOKIE",
}

mnemonics! { RecordType, "TYPE",
    A = 1 "A",
    NS = 2 "NS",
    CNAME = 5 "CNAME",
    SOA = 6 "SOA",
    PTR = 12 "PTR",
    MX = 15 "MX",
    TXT = 16 "TXT",
    AAAA = 28 "AAAA",
    SRV = 33 "SRV",
    NAPTR = 35 "NAPTR",
    DNAME = 39 "DNAME",
    OPT = 41 "OPT",
    DS = 43 "DS",
    RRSIG = 46 "RRSIG",
    NSEC = 47 "NSEC",
    DNSKEY = 48 "DNSKEY",
    NSEC3 = 50 "NSEC3",
    TLSA = 52 "TLSA",
    SVCB = 64 "SVCB",
    HTTPS = 65 "HTTPS",
    IXFR = 251 "IXFR",
    AXFR = 252 "AXFR",
    ANY = 255 "ANY",
    CAA = 257 "CAA",
}
