//! The latest of many: a log of days has its news at the end.

/// At least the latest `most` of what was pushed, at most twice as many.
pub(super) fn push<T>(list: &mut Vec<T>, item: T, most: usize, omitted: &mut u64) {
    if list.len() >= most.saturating_mul(2) {
        list.drain(..most);
        *omitted = omitted.saturating_add(most as u64);
    }
    list.push(item);
}
