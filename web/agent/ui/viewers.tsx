import { viewers } from "./casefile.ts";
import { Icon } from "./icon.tsx";
import { t } from "./texts.ts";

/** Two people answering the same question is seen before it happens. */
export function Collision() {
  const typing = viewers.value.filter((v) => v.typing);
  const looking = viewers.value.filter((v) => !v.typing);
  const names = (list: { name: string }[]) => list.map((v) => v.name).join(", ");
  return (
    <div class="collision-place" role="status">
      {typing.length > 0 && <p class="collision typing"><Icon name="pencil" size={14} /> {t("viewers.typing", { names: names(typing) })}</p>}
      {!typing.length && looking.length > 0 && <p class="collision"><Icon name="eye" size={14} /> {t(looking.length > 1 ? "viewers.looking_other" : "viewers.looking_one", { names: names(looking) })}</p>}
    </div>
  );
}
