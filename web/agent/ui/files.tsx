import { address } from "./api.ts";
import { Icon } from "./icon.tsx";
import { locale } from "./me.ts";
import { t } from "./texts.ts";
import type { FileRef } from "./types.ts";

export function size(bytes: number): string {
  const f = new Intl.NumberFormat(locale.value, { maximumFractionDigits: bytes < 10_000_000 ? 1 : 0 });
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${f.format(bytes / 1_000_000)} MB`;
}

/** Attachments; with onDrop they can be taken off again. */
export function Files({ files, onDrop }: { files: FileRef[] | null; onDrop?: (id: string) => void }) {
  if (!files?.length) return null;
  return (
    <ul class="files" aria-label={t("files.label")}>
      {files.map((f) => (
        <li key={f.id} class="file">
          <a href={address(`/files/${f.id}`)} download={f.name}>
            <Icon name={f.type.startsWith("image/") ? "image" : "file"} size={14} /><span>{f.name}</span><small>{size(f.size)}</small>
          </a>
          {onDrop && <button class="tool" aria-label={t("files.drop", { name: f.name })} onClick={() => onDrop(f.id)}><Icon name="close" size={12} /></button>}
        </li>
      ))}
    </ul>
  );
}
