import { useState } from "preact/hooks";
import { address } from "./api.ts";
import { Icon } from "./icon.tsx";
import { t } from "./texts.ts";

/** The mail as it was made up, on request, in a frame where nothing of it can run or reach us. */
export function MailFrame({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [images, setImages] = useState(false);
  return (
    <div class="mail-frame">
      <div class="mail-acts">
        <button class="link" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name="eye" size={12} /> {open ? t("mail.hide") : t("mail.show")}</button>
        {open && !images && <button class="link" onClick={() => setImages(true)}><Icon name="image" size={12} /> {t("mail.images")}</button>}
      </div>
      {open && <iframe sandbox="" referrerpolicy="no-referrer" loading="lazy" title={t("mail.frame")} src={address(`/messages/${id}/html${images ? "?images=1" : ""}`)} />}
    </div>
  );
}
