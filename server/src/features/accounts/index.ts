export { EmailAddresses } from "./email-addresses.service.ts";
export { Recovery } from "./recovery.service.ts";
