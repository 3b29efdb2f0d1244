"""Accounts and sessions to items and back."""

from chalicelib.domain.accounts.account import Account, ApiKey, KeyScope, PublicProfile, SecondFactor, Session, roles_of
from chalicelib.domain.accounts.people import legible
from chalicelib.domain.accounts.teams import Membership, TeamRole
from chalicelib.domain.shared.networks import KnownNetworks
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AccountItem, ApiKeyItem, PublicProfileItem, SessionItem
from chalicelib.store.dynamo.text import epoch


def account_item(account: Account) -> AccountItem:
    pk, sk = keys.account(account.id)
    return AccountItem(
        pk,
        sk,
        email=account.email,
        username=account.username,
        first_name=account.first_name,
        last_name=account.last_name,
        roles=",".join(account.roles),
        email_verified=account.email_verified,
        locale=account.locale,
        password_hash=account.password_hash,
        version=account.version,
        created_at=stamp(account.created_at),
        updated_at=stamp(account.updated_at),
        disabled=account.disabled,
        revocations=account.revocations or None,
        networks=networks_text(account.networks) or None,
        erases_at=stamp(account.erases_at) if account.erases_at else None,
        teams=teams_text(account.teams) or None,
        second_factor=factor_text(account.second_factor) if account.second_factor else None,
        newest=account.newest or None,
        embed_on=" ".join(account.embed_on) or None,
        public_name=account.public_name or None,
    )


def to_account(item: AccountItem) -> Account:
    return Account(
        id=item.pk.split("#", 1)[1],
        email=item.email,
        username=item.username,
        first_name=legible(item.first_name),
        last_name=legible(item.last_name),
        roles=roles_of(item.roles.split(",") if item.roles else ()),
        email_verified=item.email_verified,
        locale=item.locale,
        password_hash=item.password_hash,
        version=int(item.version),
        created_at=unstamp(item.created_at),
        updated_at=unstamp(item.updated_at),
        disabled=item.disabled,
        revocations=int(item.revocations or 0),
        networks=_networks(item.networks or ""),
        erases_at=unstamp(item.erases_at) if item.erases_at else None,
        teams=_teams(item.teams or ""),
        second_factor=_factor(item.second_factor) if item.second_factor else None,
        newest=item.newest or "",
        embed_on=tuple((item.embed_on or "").split()),
        public_name=legible(item.public_name or ""),
    )


def factor_text(factor: SecondFactor) -> str:
    return "|".join((factor.sealed, stamp(factor.since), str(factor.last_step), ",".join(factor.recovery)))


def _factor(text: str) -> SecondFactor:
    sealed, since, last_step, recovery = text.split("|")
    left = tuple(one for one in recovery.split(",") if one)
    return SecondFactor(sealed=sealed, since=unstamp(since), last_step=int(last_step), recovery=left)


def public_profile_item(user_id: str, profile: PublicProfile) -> PublicProfileItem:
    pk, sk = keys.public_profile(user_id)
    return PublicProfileItem(pk, sk, text=profile.text or None, link=profile.link)


def to_public_profile(item: PublicProfileItem) -> PublicProfile:
    return PublicProfile(item.text or "", item.link)


def networks_text(known: KnownNetworks) -> str:
    return ",".join(f"{network}={stamp(at)}" for network, at in known.seen)


def _networks(text: str) -> KnownNetworks:
    pairs = [part.split("=") for part in text.split(",") if part]
    return KnownNetworks(tuple((network, unstamp(at)) for network, at in pairs))


def teams_text(teams: tuple[Membership, ...]) -> str:
    return ",".join(f"{one.scope}={one.role}={one.member_id}" for one in teams)


def _teams(text: str) -> tuple[Membership, ...]:
    parts = [part.split("=") for part in text.split(",") if part]
    return tuple(Membership(scope, TeamRole(role), member_id) for scope, role, member_id in parts)


def session_item(session: Session) -> SessionItem:
    pk, sk = keys.session(session.user_id, session.id)
    return SessionItem(
        pk,
        sk,
        roles=",".join(session.roles),
        email_verified=session.email_verified,
        name=session.name,
        current=session.current,
        previous=session.previous,
        rotated_at=stamp(session.rotated_at),
        created_at=stamp(session.created_at),
        expires_at=stamp(session.expires_at),
        version=session.version,
        network=session.network or None,
        teams=teams_text(session.teams) or None,
        expires=epoch(session.expires_at),
    )


def to_session(item: SessionItem) -> Session:
    return Session(
        user_id=item.pk.split("#", 1)[1],
        id=item.sk.split("#", 1)[1],
        roles=roles_of(item.roles.split(",") if item.roles else ()),
        email_verified=item.email_verified,
        name=legible(item.name),
        current=item.current,
        previous=item.previous,
        rotated_at=unstamp(item.rotated_at),
        created_at=unstamp(item.created_at),
        expires_at=unstamp(item.expires_at),
        version=int(item.version),
        network=item.network or "",
        teams=_teams(item.teams or ""),
    )


def api_key_item(key: ApiKey) -> ApiKeyItem:
    pk, sk = keys.api_key(key.user_id, key.id)
    return ApiKeyItem(
        pk,
        sk,
        roles=",".join(key.roles),
        email_verified=key.email_verified,
        name=key.name,
        created_at=stamp(key.created_at),
        expires_at=stamp(key.expires_at),
        version=key.version,
        expires=epoch(key.expires_at),
        label=key.label,
        scope=key.scope.value,
        event_id=key.event_id,
        digest=key.digest,
        last_used_at=stamp(key.last_used_at) if key.last_used_at else None,
    )


def to_api_key(item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        user_id=item.pk.split("#", 1)[1],
        id=item.sk.split("#", 1)[1],
        roles=roles_of(item.roles.split(",") if item.roles else ()),
        email_verified=item.email_verified,
        name=legible(item.name),
        created_at=unstamp(item.created_at),
        expires_at=unstamp(item.expires_at),
        version=int(item.version),
        label=item.label,
        scope=KeyScope(item.scope),
        event_id=item.event_id,
        digest=item.digest,
        last_used_at=unstamp(item.last_used_at) if item.last_used_at else None,
    )
