"""Run-queue waits out of files that look like Linux's."""

import os

import pytest

from antiphon.watch.schedstat import OwnThread, ProcessThreads, waited_s


@pytest.fixture
def process(tmp_path):
    class Process:
        root = str(tmp_path)
        folder = tmp_path / "7" / "task"

        def thread(self, number, waited):
            (self.folder / str(number)).mkdir(parents=True, exist_ok=True)
            (self.folder / str(number) / "schedstat").write_text(f"1 {int(waited * 1e9)} 3\n")

        def end(self, number):
            (self.folder / str(number) / "schedstat").unlink()
            (self.folder / str(number)).rmdir()

    return Process()


@pytest.mark.parametrize(
    ("line", "seconds"),
    [(b"123 2500000000 9\n", 2.5), (b"0 0 0", 0.0), (b"", None), (b"1", None), (b"a b c", None), (b"1 -2 3", None)],
)
def test_the_second_number_is_nanoseconds_of_waiting(line, seconds):
    assert waited_s(line) == seconds


def test_a_file_that_is_missing_tells_nothing(tmp_path):
    missing = OwnThread(str(tmp_path / "none"))
    assert missing.read() is None
    missing.close()


def test_a_file_is_opened_once_and_read_again(tmp_path):
    path = tmp_path / "schedstat"
    path.write_text("1 1000000000 1")
    own = OwnThread(str(path))
    assert own.read() == 1.0
    path.write_text("1 3000000000 1")
    assert own.read() == 3.0
    own.close()
    assert own.read() is None


def test_the_first_reading_is_the_zero(process):
    process.thread(1, 5)
    process.thread(2, 7)
    threads = ProcessThreads(7, process.root)
    assert threads.read() == 0
    process.thread(1, 5.5)
    process.thread(2, 7.25)
    assert threads.read() == pytest.approx(0.75)
    threads.close()


def test_a_new_thread_counts_from_its_own_zero_and_an_ended_one_is_kept(process):
    process.thread(1, 5)
    process.thread(2, 1)
    threads = ProcessThreads(7, process.root)
    threads.read()
    process.thread(2, 3)
    process.thread(3, 0.5)
    assert threads.read() == pytest.approx(2.5)
    process.end(2)
    assert threads.read() == pytest.approx(2.5)
    process.thread(2, 0.25)
    assert threads.read() == pytest.approx(2.75)
    threads.close()


def test_a_thread_that_begins_as_another_ends_is_seen_before_long(process):
    process.thread(1, 5)
    process.thread(2, 1)
    threads = ProcessThreads(7, process.root)
    threads.read()
    process.end(2)
    process.thread(3, 0.5)
    assert [threads.read() for _ in range(20)][-1] == pytest.approx(0.5)
    assert sorted(threads._files) == ["1", "3"]
    threads.close()


def test_the_folder_is_read_again_only_when_threads_came_or_went(process, monkeypatch):
    process.thread(1, 5)
    threads = ProcessThreads(7, process.root)
    threads.read()
    listed = []
    usual = os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: listed.append(folder) or usual(folder))
    process.thread(1, 6)
    assert threads.read() == pytest.approx(1)
    assert not listed
    process.thread(2, 0.25)
    assert threads.read() == pytest.approx(1.25)
    assert len(listed) == 1
    threads.close()


def test_a_process_that_is_gone_tells_nothing_and_holds_no_files(process):
    process.thread(1, 5)
    threads = ProcessThreads(7, process.root)
    threads.read()
    opened = list(threads._files.values())
    process.end(1)
    process.folder.rmdir()
    assert threads.read() is None
    for file in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(file)


def test_a_process_that_never_was_tells_nothing(process):
    assert ProcessThreads(99, process.root).read() is None
