// SPDX-License-Identifier: Apache-2.0
// A token with the faults that the tests need. Compiled with solc 0.8.37, optimizer on, 200 runs,
// evmVersion paris; the result is Token.hex. Not for use.
pragma solidity ^0.8.20;

contract Token {
    string public symbol;
    uint8 public constant decimals = 6;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => mapping(address => bool)) public isApprovedForAll;
    uint256[] private ballast;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);

    constructor(string memory name) {
        symbol = name;
        balanceOf[msg.sender] = 1e15;
        emit Transfer(address(0), msg.sender, 1e15);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    // Like many real tokens: a transfer of nothing needs no allowance.
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        if (value > 0) {
            require(allowance[from][msg.sender] >= value, "ERC20: insufficient allowance");
            allowance[from][msg.sender] -= value;
        }
        move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function fill(uint256 count) external {
        for (uint256 i = 0; i < count; i++) ballast.push(i + 1);
    }

    function divide(uint256 by) external pure returns (uint256) {
        return 1 / by;
    }

    function swap() external pure {
        revert("UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT");
    }

    function move(address from, address to, uint256 value) private {
        uint256 held = balanceOf[from];
        if (held < value) revert ERC20InsufficientBalance(from, held, value);
        balanceOf[from] = held - value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
