//! Work on all cores, its results in the order of the items.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// Threads at most: each analysis has its own bound of memory, and no disk feeds more.
const WORKERS: usize = 16;
/// Results that may wait for an earlier one, for each worker.
const AHEAD: usize = 2;

/// Does `work` on each of `items`, several at a time, and hands what came of it to `take`, one after the other in the order of
/// the items; until `take` fails.
pub fn in_order<I: Send, O: Send, E>(
    items: Vec<I>,
    work: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let most = items.len().min(WORKERS);
    // Asking for the number of cores takes as long as reading a small capture.
    let workers =
        if most > 1 { thread::available_parallelism().map_or(1, NonZero::get).min(most) } else { 1 };
    if workers < 2 {
        return items.into_iter().try_for_each(|item| take(work(item)));
    }
    let (queue, gate) = (Mutex::new(items.into_iter().enumerate()), Gate::default());
    let (results, finished) = mpsc::channel();
    let one_after_the_other = |results: mpsc::Sender<(usize, O)>| {
        while let Some((index, item)) = lock(&queue).next() {
            if !gate.wait(index, workers * AHEAD) || results.send((index, work(item))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            let results = results.clone();
            scope.spawn(|| one_after_the_other(results));
        }
        drop(results);
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for (index, result) in finished {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                let taken = take(result);
                gate.open(if taken.is_ok() { Some(next) } else { None });
                taken?;
            }
        }
        Ok(())
    })
}

/// Holds back whoever is too far ahead.
#[derive(Default)]
struct Gate {
    /// Results taken; `None` when no more will be.
    taken: Mutex<Taken>,
    moved: Condvar,
}

struct Taken(Option<usize>);

impl Default for Taken {
    fn default() -> Self {
        Self(Some(0))
    }
}

impl Gate {
    /// Waits until item `index` is at most `ahead` in front; false when it is not wanted any more.
    fn wait(&self, index: usize, ahead: usize) -> bool {
        let far = |taken: &mut Taken| taken.0.is_some_and(|taken| index >= taken + ahead);
        let taken = self.moved.wait_while(lock(&self.taken), far).unwrap_or_else(PoisonError::into_inner);
        taken.0.is_some()
    }

    fn open(&self, taken: Option<usize>) {
        *lock(&self.taken) = Taken(taken);
        self.moved.notify_all();
    }
}

/// What a panicking thread left is as good as before: there is nothing half done in it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_and_none_is_far_ahead() {
        let (mut seen, done) = (Vec::new(), AtomicUsize::new(0));
        let work = |n: u64| {
            thread::sleep(Duration::from_millis(n * 7 % 5));
            done.fetch_add(1, Ordering::SeqCst);
            n
        };
        let taken: Result<(), ()> = in_order((0..200).collect(), work, |n| {
            assert!(done.load(Ordering::SeqCst) <= seen.len() + 1 + WORKERS * (AHEAD + 1));
            seen.push(n);
            Ok(())
        });
        taken.unwrap();
        assert_eq!(seen, (0..200).collect::<Vec<u64>>());
    }

    #[test]
    fn an_output_that_fails_ends_the_work() {
        let mut count = 0;
        let taken = in_order(
            (0..10_000).collect::<Vec<u32>>(),
            |n| n,
            |n| {
                count += 1;
                if n == 5 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!((taken, count), (Err("full"), 6));
    }
}
