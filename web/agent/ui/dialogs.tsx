import { Announce } from "./announce.tsx";
import { file } from "./casefile.ts";
import { EndChat } from "./end-chat.tsx";
import { Handover } from "./handover.tsx";
import { Help } from "./help.tsx";
import { LimitOf } from "./limit.tsx";
import { Merge } from "./merge.tsx";
import { Needs } from "./needs.tsx";
import { NewCase } from "./new-case.tsx";
import { Palette } from "./palette.tsx";
import { RenewLink } from "./renew-link.tsx";
import { dialog } from "./screen.ts";
import { Signature } from "./signature.tsx";
import { Snooze } from "./snooze.tsx";
import { Tags } from "./tags.tsx";

export function Dialogs() {
  const c = file.value;
  switch (dialog.value) {
    case "palette": return <Palette />;
    case "help": return <Help />;
    case "signature": return <Signature />;
    case "new": return <NewCase />;
    case "announce": return <Announce />;
    case "limit": return <LimitOf />;
    case "end": return c && <EndChat of={c} />;
    case "handover": return c && <Handover of={c} />;
    case "merge": return c && <Merge of={c} />;
    case "snooze": return c && <Snooze of={c} />;
    case "link": return c && <RenewLink of={c} />;
    case "needs": return c && <Needs key={c.id} of={c} />;
    case "tags": return c && <Tags of={c} />;
    default: return null;
  }
}
