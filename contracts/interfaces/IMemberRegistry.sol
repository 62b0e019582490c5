// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Who takes part, in which role, under which limits.
/// @notice Only the council adds members and changes their status and terms; a member rotates its own key and chooses its own host.
interface IMemberRegistry {
    /// @notice `Leaving` is final: no more mints, but what was issued is owed until its last class has expired.
    enum Status { None, Active, Suspended, Leaving }

    /// @param key the address that signs the member's transactions
    /// @param roles sum of `ISSUER` 1, `ACCEPTOR` 2, `OPERATOR` 4, `AUDITOR` 8, `FUND` 16
    /// @param successor the member that owes for this one's classes, or 0
    /// @param host the operator that may capture, release and refund in this member's name, or 0
    /// @param code short public name such as `VOL`, ASCII, right-padded with zeros
    struct Member {
        address key;
        uint8 roles;
        Status status;
        uint16 successor;
        uint16 host;
        bytes32 code;
    }

    /// @notice All amounts are units of 0.01 point.
    /// @param outstandingCapUnits most that may be free or held in live classes
    /// @param rateCapacityUnits most that can be minted at once; the bucket's size
    /// @param rateRefillPerDayUnits how fast the bucket refills
    /// @param debitCapUnits most of unsettled net debit under which minting goes on
    /// @param annualCapUnits most per account and year of occurrence; 0 for none
    /// @param validityEpochs half-years a point lives after the one it was earned in, 1 to 5
    /// @param unitsPerNativePoint units that make one whole point of the issuer's own scheme; 0 where nothing is exchanged in
    struct IssuerTerms {
        uint64 outstandingCapUnits;
        uint64 rateCapacityUnits;
        uint64 rateRefillPerDayUnits;
        uint64 debitCapUnits;
        uint24 annualCapUnits;
        uint8 validityEpochs;
        uint32 unitsPerNativePoint;
    }

    event MemberAdded(uint16 indexed member, address indexed key, uint8 roles, bytes32 code);
    event MemberStatusChanged(uint16 indexed member, Status status);
    event MemberKeyChanged(uint16 indexed member, address indexed oldKey, address indexed newKey);
    event MemberHostChanged(uint16 indexed member, uint16 host);
    event IssuerTermsChanged(uint16 indexed member, IssuerTerms terms);
    event SuccessorNamed(uint16 indexed member, uint16 indexed successor);

    error UnknownMember(uint16 member);
    error NotAMember(address key);
    error MemberLacksRole(uint16 member, uint8 role);
    error MemberNotActive(uint16 member, Status status);
    error MemberIsLeaving(uint16 member);
    error MemberNotLeaving(uint16 member);
    error KeyInUse(address key);
    error KeyMissing();
    error TermsOutOfRange(uint16 member, uint8 validityEpochs);
    error NotWholeNativePoints(uint32 units, uint32 unitsPerNativePoint);

    function addMember(address key, uint8 roles, bytes32 code) external returns (uint16 member);
    function setStatus(uint16 member, Status status) external;
    function setTerms(uint16 member, IssuerTerms calldata terms) external;
    function replaceKey(uint16 member, address newKey) external;
    function nameSuccessor(uint16 member, uint16 successor) external;

    /// @notice Called by the member's present key.
    function rotateKey(address newKey) external;
    /// @notice Called by the member's own key; 0 ends the hosting.
    function chooseHost(uint16 host) external;

    function memberCount() external view returns (uint16);
    function member(uint16 id) external view returns (Member memory);
    function termsOf(uint16 issuer) external view returns (IssuerTerms memory);
    /// @return the member whose key this is; 0 for a stranger
    function memberOf(address key) external view returns (uint16);
    /// @return the fund whose account this is by its form (see `FundAccounts`); 0 for any other account
    function fundMemberOf(address account) external view returns (uint16);
    /// @return the active member behind the key; reverts for anyone else
    function activeMember(address key) external view returns (uint16);
    /// @return the active operator behind the key; reverts for anyone else
    function operatorOf(address key) external view returns (uint16);
    /// @return issuer the issuer behind the key, whatever its status
    function issuerOf(address key) external view returns (uint16 issuer);
    /// @return issuer the active issuer behind the key
    /// @return terms its limits
    function mintingIssuer(address key) external view returns (uint16 issuer, IssuerTerms memory terms);
    /// @notice All that a hold asks of its acceptor. One that is an issuer only takes whole native points.
    function checkAcceptor(uint16 acceptor, uint32 units) external view;
    /// @return whether the key is the member's own or its host's, whatever their status
    function mayActFor(address key, uint16 member) external view returns (bool);
    /// @return the member that owes for the issuer's points: itself, or the last of its successors
    function debtorOf(uint16 issuer) external view returns (uint16);
}
