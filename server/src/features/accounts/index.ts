export { accountMail } from "./account-mails.ts";
export { ApiKeys } from "./api-keys.service.ts";
export { Deletion } from "./deletion.service.ts";
export { EmailAddresses } from "./email-addresses.service.ts";
export { OwnData, type OwnSection } from "./own-data.service.ts";
export { Recovery } from "./recovery.service.ts";
export { TwoFactor } from "./two-factor.service.ts";
