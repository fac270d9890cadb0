"""Where files lie on disk, and what is done with them there; every function here may block and runs in a thread."""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from threadfilesharing.moment import new_id

BLOCK = 1 << 18
PREVIEW_SIDE = 256
MOST_PIXELS = 40_000_000

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"ID3", "audio/mpeg"),
)


@dataclass(frozen=True, slots=True)
class Disk:
    """The folders below the data folder."""

    root: Path

    def open(self) -> None:
        """Make the folders."""
        for folder in (self.root / "files", self.root / "uploads"):
            folder.mkdir(parents=True, exist_ok=True)

    def writable(self) -> bool:
        """Return whether a file can be written there now."""
        probe = self.root / f".probe-{new_id()}"
        try:
            probe.write_bytes(b"")
            probe.unlink()
        except OSError:
            return False
        return True

    def file(self, company_id: str, file_id: str) -> Path:
        """Return where a file's content lies."""
        return self.root / "files" / company_id / file_id

    def preview(self, company_id: str, file_id: str) -> Path:
        """Return where an image's preview lies."""
        return self.root / "files" / company_id / f"{file_id}.preview.png"

    def upload(self, session_id: str) -> Path:
        """Return the folder of an upload's chunks."""
        return self.root / "uploads" / session_id

    def company(self, company_id: str) -> Path:
        """Return the folder of a company's files."""
        return self.root / "files" / company_id

    def keep_chunk(self, session_id: str, index: int, content: bytes) -> None:
        """Write a chunk; a reader never sees half of it."""
        folder = self.upload(session_id)
        folder.mkdir(exist_ok=True)
        part = folder / f"{new_id()}.part"
        part.write_bytes(content)
        part.replace(folder / str(index))

    def assemble(self, session_id: str, total_chunks: int, target: Path) -> str:
        """Join an upload's chunks into one file and return its SHA-256."""
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as whole:
            for index in range(total_chunks):
                content = (self.upload(session_id) / str(index)).read_bytes()
                digest.update(content)
                whole.write(content)
        return digest.hexdigest()


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders, those that exist."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sniff(path: Path) -> tuple[str, str]:
    """Return a file's type as its first bytes tell it, and its SHA-256 as it lies on disk."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        head = content.read(BLOCK)
        block = head
        while block:
            digest.update(block)
            block = content.read(BLOCK)
    return _type_of(head), digest.hexdigest()


def _type_of(head: bytes) -> str:
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if b"\x00" in head:
        return "application/octet-stream"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the block cuts in two is still text.
        if error.start < len(head) - 3:
            return "application/octet-stream"
    return "text/plain"


def make_preview(source: Path, target: Path) -> None:
    """Make a small picture of a picture.

    Raises:
        OSError: It is no picture, or broken, or has too many pixels.
    """
    from PIL import Image, ImageFile  # here, because only pictures need it and it takes long

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded, and refused rather than warned of
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
            picture.convert("RGBA").save(target, "PNG")
    except OSError:
        raise
    except Exception as error:
        # The edge: Pillow's decoders stumble over broken pictures in every way that Python knows.
        raise OSError(str(error)) from error
