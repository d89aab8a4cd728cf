import { useRef, useState } from "preact/hooks";
import { post, words } from "./api.ts";
import { Icon } from "./icon.tsx";
import { t } from "./texts.ts";
import { Wrong } from "./wrong.tsx";
import type { FileRef } from "./types.ts";

/** Files by button, paste or drag. They are at the server before the message is sent. */
export function useUploads(files: FileRef[], onFiles: (files: FileRef[]) => void) {
  const [going, setGoing] = useState<string[]>([]);
  const [wrong, setWrong] = useState("");
  const [over, setOver] = useState(false);
  const latest = useRef(files);
  latest.current = files;

  const add = async (list: Iterable<File>) => {
    setWrong("");
    for (const file of list) {
      setGoing((g) => [...g, file.name]);
      const form = new FormData();
      form.append("file", file, file.name);
      try {
        latest.current = [...latest.current, await post<FileRef>("/files", form)];
        onFiles(latest.current);
      } catch (cause) {
        setWrong(`${file.name}: ${words(cause)}`);
      }
      setGoing((g) => g.filter((n) => n !== file.name));
    }
  };
  const pick = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.onchange = () => input.files && void add(input.files);
    input.click();
  };
  const has = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
  const drop = {
    onDragOver: (e: DragEvent) => { if (has(e)) { e.preventDefault(); setOver(true); } },
    onDragLeave: () => setOver(false),
    onDrop: (e: DragEvent) => { if (has(e)) { e.preventDefault(); setOver(false); void add(e.dataTransfer!.files); } },
  };
  const paste = (e: ClipboardEvent) => {
    const found = [...(e.clipboardData?.files ?? [])];
    if (found.length) { e.preventDefault(); void add(found); }
  };
  const note = (
    <div role="status">
      {going.map((n) => <p key={n} class="soft uploading"><Icon name="clip" size={13} /> {t("files.going", { name: n })}</p>)}
      {wrong && <Wrong text={wrong} />}
    </div>
  );
  return { busy: going.length > 0, over, pick, drop, paste, note };
}
